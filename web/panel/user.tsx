import type { JSX } from 'preact';
import type { OfferReason, PlatformUser, UnlockedState } from '../vault/api.ts';
import { usePanel, useWork } from './context.tsx';
import { Notice } from './parts.tsx';
import { Unseen, useSeen } from './seen.tsx';
import { errorText, words } from './words.ts';

/** For whom keys are used; a question where the platform names someone else than before. */
export function UserLine({ state }: { readonly state: UnlockedState }): JSX.Element {
  const { confirmedUser, platformUser } = state;
  if (platformUser === null) return <p class="hint">{words.user.offline}</p>;
  if (platformUser.notOffered !== null) return <NotOffered reason={platformUser.notOffered} stored />;
  if (confirmedUser?.id === platformUser.id)
    return <p class="hint">{words.user.usedFor(platformUser.name)}</p>;
  return <ConfirmUser before={confirmedUser} user={platformUser} key={platformUser.id} />;
}

/** Why keys are not used at present (E7). @param stored whether there may be keys here. */
export function NotOffered({ reason, stored }: { reason: OfferReason; stored: boolean }): JSX.Element {
  return (
    <Notice tone="neutral" title={words.offer.title}>
      <span>{words.offer.reasons[reason]}</span>
      {stored && <span>{words.offer.kept}</span>}
    </Notice>
  );
}

interface Props {
  readonly before: PlatformUser | null;
  readonly user: PlatformUser;
}

/** An app can have another account sign in, and lead a press to where this stands: so it has to be seen. */
function ConfirmUser({ before, user }: Props): JSX.Element {
  const { vault, announce } = usePanel();
  const work = useWork();
  const seen = useSeen();
  const { id, name } = user;
  return (
    <Notice tone="warning" role="alert" title={words.user.changedTitle(name)}>
      <span>{before === null ? words.user.first(name) : words.user.changed(before.name, name)}</span>
      <span>{words.user.paused}</span>
      {work.error !== null && <span>{errorText(work.error)}</span>}
      <Unseen seen={seen} />
      <span class="actions">
        <button
          ref={seen.ref}
          type="button"
          class="button"
          disabled={work.busy}
          aria-disabled={!seen.ready}
          onClick={() => {
            if (!seen.press()) return;
            void work.run(async () => {
              await vault.confirmUser(id);
              announce(words.user.accepted(name));
            });
          }}
        >
          {words.user.accept(name)}
        </button>
      </span>
    </Notice>
  );
}
