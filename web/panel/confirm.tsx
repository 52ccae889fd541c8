import type { JSX } from 'preact';
import { useWork } from './context.tsx';
import { CancelButton, Dialog, Notice, preventSubmit, Submit } from './parts.tsx';
import { Unseen, useSeen } from './seen.tsx';
import { errorText } from './words.ts';

interface Props {
  readonly title: string;
  readonly detail: string;
  readonly submit: string;
  readonly tone?: 'primary' | 'danger';
  /** It waits until it can be seen. */
  readonly watched?: boolean;
  readonly run: () => Promise<void>;
  readonly onClose: (done: boolean) => void;
}

/** One question before something is done; a refusal is shown where it was asked. */
export function Confirm(props: Props): JSX.Element {
  const { title, detail, submit, tone = 'primary', watched = false, run, onClose } = props;
  const work = useWork();
  const seen = useSeen();
  const close = (): void => {
    onClose(false);
  };
  const onSubmit = async (event: Event): Promise<void> => {
    preventSubmit(event);
    if (await work.run(run)) onClose(true);
  };
  return (
    <Dialog title={title} onClose={close} alert>
      <form class="form" onSubmit={(event) => void onSubmit(event)}>
        <p>{detail}</p>
        {work.error !== null && (
          <Notice tone="bad" role="alert">
            {errorText(work.error)}
          </Notice>
        )}
        {watched && <Unseen seen={seen} />}
        <div class="actions end">
          <CancelButton onClick={close} disabled={work.busy} />
          <Submit tone={tone} busy={work.busy} working={submit} {...(watched ? { seen } : {})}>
            {submit}
          </Submit>
        </div>
      </form>
    </Dialog>
  );
}
