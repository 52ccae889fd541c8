import type { JSX } from 'preact';
import type { SignedInUser } from '../vault/api.ts';
import { codeOf, usePanel, useWork } from './context.tsx';
import { NewPasswordFields, useNewPassword } from './new-password.tsx';
import { Notice, preventSubmit, ProgressLine, Submit, VaultName } from './parts.tsx';
import { errorText, words } from './words.ts';

/** No vault yet: one password, twice, and what forgetting it means. */
export function CreateVault({ platformUser }: { readonly platformUser: SignedInUser | null }): JSX.Element {
  const { vault } = usePanel();
  const work = useWork();
  const fields = useNewPassword();
  const submit = async (event: Event): Promise<void> => {
    preventSubmit(event);
    if (work.busy) return;
    const password = fields.take();
    if (password === null) return;
    await work.run(async () => {
      try {
        await vault.create(password);
      } catch (error) {
        const code = codeOf(error);
        if (!code.startsWith('password_')) throw error;
        fields.refuse(errorText(code));
      }
    });
  };
  return (
    <form class="card form" onSubmit={(event) => void submit(event)} noValidate>
      <h2 class="card-title">{words.create.title}</h2>
      <VaultName />
      <p class="lead">{words.create.saveFirst}</p>
      <NewPasswordFields
        fields={fields}
        labels={{ password: words.password, confirm: words.confirmPassword }}
        disabled={work.busy}
      />
      <Notice tone="neutral">{words.create.forgetting}</Notice>
      {platformUser !== null && <p class="hint">{words.user.usedFor(platformUser.name)}</p>}
      {work.error !== null && (
        <Notice tone="bad" role="alert">
          {errorText(work.error)}
        </Notice>
      )}
      <div class="actions">
        <Submit busy={work.busy} working={words.create.working}>
          {words.create.submit}
        </Submit>
      </div>
      {work.busy && <ProgressLine label={words.create.working} />}
    </form>
  );
}
