import type { JSX } from 'preact';
import type { UnlockedState } from '../vault/api.ts';
import { usePanel, useWork } from './context.tsx';
import { Notice } from './parts.tsx';
import { errorText, words } from './words.ts';

/** For whom keys are used; a question where the platform names someone else than before. */
export function UserLine({ state }: { readonly state: UnlockedState }): JSX.Element {
  const { vault, announce } = usePanel();
  const work = useWork();
  const { confirmedUser, platformUser } = state;
  if (platformUser === null) return <p class="hint">{words.user.offline}</p>;
  if (confirmedUser?.id === platformUser.id)
    return <p class="hint">{words.user.usedFor(platformUser.name)}</p>;
  const { name } = platformUser;
  return (
    <Notice tone="warning" role="alert" title={words.user.changedTitle(name)}>
      <span>
        {confirmedUser === null ? words.user.first(name) : words.user.changed(confirmedUser.name, name)}
      </span>
      <span>{words.user.paused}</span>
      {work.error !== null && <span>{errorText(work.error)}</span>}
      <span class="actions">
        <button
          type="button"
          class="button"
          disabled={work.busy}
          onClick={() =>
            void work.run(async () => {
              await vault.confirmUser();
              announce(words.user.accepted(name));
            })
          }
        >
          {words.user.accept(name)}
        </button>
      </span>
    </Notice>
  );
}
