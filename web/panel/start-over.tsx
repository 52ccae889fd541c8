import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { usePanel, useWork } from './context.tsx';
import { CancelButton, Dialog, Notice, preventSubmit, Submit } from './parts.tsx';
import { Unseen, useSeen } from './seen.tsx';
import { errorText, words } from './words.ts';

/** Deletes the vault, after a word was typed that no one types by accident. */
export function StartOver({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const { vault, announce, held } = usePanel();
  const work = useWork();
  const seen = useSeen();
  const id = useId();
  const [typed, setTyped] = useState('');
  const matches = typed.trim().toLowerCase() === words.startOver.phrase;
  const submit = async (event: Event): Promise<void> => {
    preventSubmit(event);
    if (!matches) return;
    const done = await work.run(async () => {
      held.drop();
      await vault.startOver();
    });
    if (!done) return;
    announce(words.startOver.done);
    onClose();
  };
  return (
    <Dialog title={words.startOver.title} onClose={onClose} alert>
      <form class="form" onSubmit={(event) => void submit(event)} noValidate>
        <p>{words.startOver.detail}</p>
        <div class="field">
          <label class="label" for={id}>
            {words.startOver.label(words.startOver.phrase)}
          </label>
          <input
            id={id}
            class="input"
            type="text"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            value={typed}
            onInput={(event) => {
              setTyped(event.currentTarget.value);
            }}
          />
        </div>
        {work.error !== null && (
          <Notice tone="bad" role="alert">
            {errorText(work.error)}
          </Notice>
        )}
        <Unseen seen={seen} />
        <div class="actions end">
          <CancelButton onClick={onClose} disabled={work.busy} />
          <Submit
            tone="danger"
            seen={seen}
            busy={work.busy}
            working={words.startOver.submit}
            disabled={!matches}
          >
            {words.startOver.submit}
          </Submit>
        </div>
      </form>
    </Dialog>
  );
}
