import type { JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Provider, RecordMeta, RecordView, Verdict } from '../core/types.ts';
import type { JobReceipt } from '../vault/api.ts';
import { Confirm } from './confirm.tsx';
import { usePanel } from './context.tsx';
import { formatAgo, formatDay, formatMoment } from './format.ts';
import { KeyForm } from './key-form.tsx';
import { Outcome } from './outcome.tsx';
import { Badge, ProgressLine } from './parts.tsx';
import type { Runner } from './runner.ts';
import { lastUse, textOf, verdictOf } from './receipts.ts';
import { toneOf } from './verdicts.ts';
import { words } from './words.ts';

interface Props {
  readonly provider: Provider;
  readonly record: RecordView | null;
  readonly receipts: readonly JobReceipt[];
  /** Whether the platform lets keys be used (E7). */
  readonly offered: boolean;
  readonly runner: Runner;
  readonly now: number;
  /** Verifies and saves on the card of `provider`, which may be another one (E12). */
  readonly onSave: (provider: string, take: () => Uint8Array, allowApp: boolean) => void;
  readonly onSwitch: (from: string, draft: string, to: string) => void;
}

/** One provider: its key, or the field to enter one. */
export function ProviderCard(props: Props): JSX.Element {
  const { provider, record, receipts, offered, runner, now, onSave, onSwitch } = props;
  const { vault, announce } = usePanel();
  const id = useId();
  const card = useRef<HTMLElement>(null);
  const [updating, setUpdating] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const result = runner.resultOf(provider.id);
  const busy = result?.kind === 'busy' ? result.work : null;
  const saved = result?.kind === 'saved' && result.outcome.saved;
  // A saved key closes the form; anything else leaves it for another try.
  useEffect(() => {
    if (saved) setUpdating(false);
  }, [saved]);
  const meta = record?.meta ?? null;
  const use = meta === null ? null : lastUse(receipts, meta);
  const verdict = meta === null ? null : verdictOf(meta, use);

  const test = (): void => {
    if (record === null) return;
    void runner.run(provider.id, 'testing', async () => ({
      kind: 'tested',
      verdict: await vault.test(record.id),
    }));
  };
  /** What was said last is over, and with it a key that waited for an answer. */
  const forget = (): void => {
    const draft = result?.kind === 'saved' ? result.outcome.draft : null;
    // Where it is gone already there is nothing to forget.
    if (draft !== null) vault.discardDraft(draft).catch(() => undefined);
    runner.clear(provider.id);
  };
  return (
    <section
      ref={card}
      class="card provider"
      role="group"
      aria-labelledby={`${id}-name`}
      tabIndex={-1}
      id={`card-${provider.id}`}
    >
      <header class="provider-head">
        <h2 class="provider-name" id={`${id}-name`}>
          {provider.name}
        </h2>
        <Status record={record} verdict={verdict} />
      </header>
      {meta !== null && <Facts meta={meta} now={now} />}
      {use !== null && <p class="hint">{textOf(use, provider.name, formatAgo(use.at, now))}</p>}
      {meta !== null && result === null && meta.verdict !== 'valid' && meta.verdict === verdict && (
        <p class="hint">{words.verdicts[meta.verdict].detail(provider.name)}</p>
      )}
      {meta !== null && (!updating || !offered) && (
        <div class="actions">
          {offered && (
            <>
              <button
                type="button"
                class="button"
                disabled={busy !== null}
                onClick={test}
                aria-busy={busy === 'testing'}
              >
                {words.card.test}
              </button>
              <button
                type="button"
                class="button"
                disabled={busy !== null}
                onClick={() => {
                  runner.clear(provider.id);
                  setUpdating(true);
                }}
              >
                {words.card.update}
              </button>
            </>
          )}
          <button
            type="button"
            class="button danger-quiet"
            disabled={busy !== null}
            onClick={() => {
              setDeleting(true);
            }}
          >
            {words.card.remove}
          </button>
        </div>
      )}
      {offered && (meta === null || updating) && (
        <KeyForm
          provider={provider}
          busy={busy !== null}
          autoFocus={updating}
          onSave={onSave}
          onType={() => {
            if (result !== null && result.kind !== 'busy') forget();
          }}
          {...(updating
            ? {
                onCancel: () => {
                  forget();
                  setUpdating(false);
                },
              }
            : {})}
        />
      )}
      {busy !== null && (
        <ProgressLine label={busy === 'testing' ? words.card.verifying : words.card.saving} />
      )}
      {result !== null && result.kind !== 'busy' && (
        <Outcome
          provider={provider}
          result={result}
          onSaveUntested={(draft) => {
            void runner.run(provider.id, 'saving', async () => ({
              kind: 'saved',
              outcome: await vault.saveUntested(draft),
            }));
          }}
          onSwitch={(draft, to) => {
            onSwitch(provider.id, draft, to);
          }}
          onDiscard={(draft) => {
            void runner.run(provider.id, 'saving', async () => {
              await vault.discardDraft(draft);
              return null;
            });
          }}
        />
      )}
      {deleting && record !== null && (
        <Confirm
          title={words.remove.title(provider.name)}
          detail={words.remove.detail(provider.name)}
          submit={words.remove.submit}
          tone="danger"
          watched
          run={() => vault.remove(record.id)}
          onClose={(deleted) => {
            setDeleting(false);
            if (!deleted) return;
            runner.clear(provider.id);
            announce(words.outcome.deleted(provider.name));
            card.current?.focus();
          }}
        />
      )}
    </section>
  );
}

interface StatusProps {
  readonly record: RecordView | null;
  readonly verdict: Verdict | null;
}

function Status({ record, verdict }: StatusProps): JSX.Element {
  if (verdict === null) return <span class="badge plain">{words.card.none}</span>;
  if (record?.state !== 'ok') return <Badge tone="warning">{words.card.unverified}</Badge>;
  return <Badge tone={toneOf(verdict)}>{words.verdicts[verdict].label}</Badge>;
}

function Facts({ meta, now }: { readonly meta: RecordMeta; readonly now: number }): JSX.Element {
  return (
    <dl class="facts">
      <div>
        <dt>{words.card.preview}</dt>
        <dd class="preview">{meta.preview}</dd>
      </div>
      <div>
        <dt>{words.card.added}</dt>
        <dd>{formatDay(meta.added)}</dd>
      </div>
      <div>
        <dt>{words.card.tested}</dt>
        <dd title={meta.verdictAt === 0 ? undefined : formatMoment(meta.verdictAt)}>
          {meta.verdictAt === 0 ? words.card.never : formatAgo(meta.verdictAt, now)}
        </dd>
      </div>
    </dl>
  );
}
