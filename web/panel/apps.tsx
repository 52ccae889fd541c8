import type { JSX } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import type { AppPermission } from '../core/types.ts';
import { Confirm } from './confirm.tsx';
import { usePanel } from './context.tsx';
import { formatAgo, formatDay, formatMoment } from './format.ts';
import { words } from './words.ts';

interface Props {
  readonly apps: readonly AppPermission[];
  readonly now: number;
}

/** Who may use the keys, what came of it, and the way to end it. */
export function Apps({ apps, now }: Props): JSX.Element | null {
  const { vault, announce } = usePanel();
  const id = useId();
  const section = useRef<HTMLElement>(null);
  const [revoking, setRevoking] = useState<string | null>(null);
  // The dialog outlives the last app: another tab may have revoked it meanwhile.
  if (apps.length === 0 && revoking === null) return null;
  return (
    <section class="card" ref={section} aria-labelledby={`${id}-title`} tabIndex={-1}>
      <h2 class="card-title" id={`${id}-title`}>
        {words.apps.title}
      </h2>
      <ul class="apps">
        {apps.map((app) => (
          <li key={app.origin} class="app">
            <span class="app-name">{app.origin}</span>
            <button
              type="button"
              class="button danger-quiet"
              aria-label={words.apps.revokeWhat(app.origin)}
              onClick={() => {
                setRevoking(app.origin);
              }}
            >
              {words.apps.revoke}
            </button>
            <Facts app={app} now={now} />
          </li>
        ))}
      </ul>
      {revoking !== null && (
        <Confirm
          title={words.apps.revokeTitle(revoking)}
          detail={words.apps.revokeDetail}
          submit={words.apps.revoke}
          tone="danger"
          run={() => vault.revokeApp(revoking)}
          onClose={(revoked) => {
            setRevoking(null);
            if (!revoked) return;
            announce(words.apps.revoked(revoking));
            section.current?.focus();
          }}
        />
      )}
    </section>
  );
}

function Facts({ app, now }: { readonly app: AppPermission; readonly now: number }): JSX.Element {
  const used = app.lastUsed !== 0;
  return (
    <dl class="facts">
      <div>
        <dt>{words.apps.since}</dt>
        <dd>{formatDay(app.granted)}</dd>
      </div>
      <div>
        <dt>{words.apps.lastUsed}</dt>
        <dd title={used ? formatMoment(app.lastUsed) : undefined}>
          {used ? formatAgo(app.lastUsed, now) : words.card.never}
        </dd>
      </div>
      <div>
        <dt>{words.apps.uses}</dt>
        <dd>{app.uses}</dd>
      </div>
    </dl>
  );
}
