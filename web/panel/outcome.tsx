import type { JSX } from 'preact';
import type { Provider } from '../core/types.ts';
import type { SaveOutcome } from '../vault/api.ts';
import { usePanel } from './context.tsx';
import { Notice } from './parts.tsx';
import type { CardResult } from './runner.ts';
import { couldNotTell, toneOf, type Tone } from './verdicts.ts';
import { errorText, words } from './words.ts';

interface Props {
  readonly provider: Provider;
  readonly result: Exclude<CardResult, { kind: 'busy' }>;
  readonly onSaveUntested: (draft: string) => void;
  readonly onSwitch: (draft: string, to: string) => void;
  readonly onDiscard: (draft: string) => void;
}

/** How the last work on a card ended, and what can be done next (architecture: Verdicts). */
export function Outcome({ provider, result, onSaveUntested, onSwitch, onDiscard }: Props): JSX.Element {
  const { providers } = usePanel();
  if (result.kind === 'failed') {
    return (
      <Notice tone="bad" role="alert">
        {errorText(result.code)}
      </Notice>
    );
  }
  if (result.kind === 'tested') {
    const { label, detail } = words.verdicts[result.verdict];
    return (
      <Notice tone={toneOf(result.verdict)} role="status" title={words.outcome.tested(label)}>
        <span>{detail(provider.name)}</span>
        {couldNotTell(result.verdict) && <span>{words.outcome.keptVerdict}</span>}
      </Notice>
    );
  }
  const { outcome } = result;
  const { draft } = outcome;
  const other = providers.find((each) => each.id === outcome.looksLike);
  return (
    <Notice tone={toneOfOutcome(outcome)} role={outcome.saved ? 'status' : 'alert'} title={titleOf(outcome)}>
      <span>
        {outcome.next === 'confirm_user'
          ? words.outcome.waitsForUser
          : words.verdicts[outcome.verdict].detail(provider.name)}
      </span>
      {outcome.alreadyThere && <span>{words.outcome.alreadyThere}</span>}
      {outcome.edgesCleaned && <span>{words.outcome.cleaned}</span>}
      {draft !== null && outcome.next !== 'none' && (
        <span class="actions">
          {outcome.next === 'save_untested' && (
            <button
              type="button"
              class="button"
              onClick={() => {
                onSaveUntested(draft);
              }}
            >
              {words.outcome.saveUntested}
            </button>
          )}
          {outcome.next === 'switch_provider' && other !== undefined && (
            <button
              type="button"
              class="button"
              onClick={() => {
                onSwitch(draft, other.id);
              }}
            >
              {words.outcome.saveAs(other.name)}
            </button>
          )}
          <button
            type="button"
            class="button quiet"
            onClick={() => {
              onDiscard(draft);
            }}
          >
            {words.outcome.discard}
          </button>
        </span>
      )}
    </Notice>
  );
}

function titleOf({ saved, verdict, next }: SaveOutcome): string {
  if (next === 'confirm_user') return words.outcome.notYetSaved;
  if (!saved) return words.outcome.notSaved;
  return verdict === 'untested' || couldNotTell(verdict) ? words.outcome.savedUntested : words.outcome.saved;
}

function toneOfOutcome({ saved, verdict }: SaveOutcome): Tone {
  const tone = toneOf(verdict);
  return !saved && tone === 'neutral' ? 'warning' : tone;
}
