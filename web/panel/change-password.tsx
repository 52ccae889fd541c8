import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { codeOf, usePanel, useWork } from './context.tsx';
import { NewPasswordFields, useNewPassword } from './new-password.tsx';
import { CancelButton, Dialog, Notice, preventSubmit, ProgressLine, Submit, VaultName } from './parts.tsx';
import { SecretField, type SecretFieldHandle } from './secret-field.tsx';
import { wipe } from '../vault/wipe.ts';
import { errorText, words } from './words.ts';

/** The present password once more (E38), the new one twice. */
export function ChangePassword({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const { vault, announce } = usePanel();
  const work = useWork();
  const current = useRef<SecretFieldHandle>(null);
  const [currentError, setCurrentError] = useState<string | null>(null);
  const fields = useNewPassword();

  const submit = async (event: Event): Promise<void> => {
    preventSubmit(event);
    const field = current.current;
    if (work.busy || field === null) return;
    if (field.empty) {
      setCurrentError(words.enterPassword);
      field.focus();
      return;
    }
    const next = fields.take();
    if (next === null) return;
    const before = field.take();
    const done = await work.run(async () => {
      try {
        await vault.changePassword(before, next);
      } catch (error) {
        const code = codeOf(error);
        if (code === 'wrong_password') {
          setCurrentError(errorText(code));
          field.focus();
        } else if (code.startsWith('password_')) {
          fields.refuse(errorText(code));
        } else {
          throw error;
        }
        return;
      } finally {
        wipe(before, next);
      }
      announce(words.changePassword.done);
      onClose();
    });
    if (!done) field.focus();
  };

  return (
    <Dialog title={words.changePassword.title} onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)} noValidate>
        <p>{words.changePassword.detail}</p>
        <VaultName />
        <SecretField
          label={words.currentPassword}
          handle={current}
          autocomplete="current-password"
          error={currentError}
          disabled={work.busy}
          required
          onChange={(length) => {
            if (length === 0) return;
            vault.prepare();
            setCurrentError(null);
          }}
        />
        <NewPasswordFields
          fields={fields}
          labels={{ password: words.newPassword, confirm: words.confirmNewPassword }}
          disabled={work.busy}
        />
        {work.error !== null && (
          <Notice tone="bad" role="alert">
            {errorText(work.error)}
          </Notice>
        )}
        <div class="actions end">
          <CancelButton onClick={onClose} disabled={work.busy} />
          <Submit busy={work.busy} working={words.changePassword.working}>
            {words.changePassword.submit}
          </Submit>
        </div>
        {work.busy && <ProgressLine label={words.changePassword.working} />}
      </form>
    </Dialog>
  );
}
