import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Provider } from '../core/types.ts';
import type { KeyShape } from '../vault/api.ts';
import { AppLine, useAskingApp } from './app-line.tsx';
import { useDebounced, usePanel } from './context.tsx';
import { Notice, preventSubmit, Submit } from './parts.tsx';
import { SecretField, type SecretFieldHandle } from './secret-field.tsx';
import { useSeen } from './seen.tsx';
import { words } from './words.ts';

interface Props {
  readonly provider: Provider;
  readonly busy: boolean;
  /** `take` empties the field; it is called where the work begins, and not at all where that card is busy.
   *  `allowApp`: the person saw that saving lets the app around the panel use keys. */
  readonly onSave: (provider: string, take: () => Uint8Array, allowApp: boolean) => void;
  /** Typing begins anew: what was said about the last entry is over. */
  readonly onType: () => void;
  readonly onCancel?: () => void;
  readonly autoFocus?: boolean;
}

/** Shorter entries say nothing about whose they are. */
const minShapeLength = 4;

/** Where a provider's key is entered. Its shape is a hint with one click to switch, never a refusal (E12). */
export function KeyForm({ provider, busy, onSave, onType, onCancel, autoFocus }: Props): JSX.Element {
  const { vault, providers } = usePanel();
  const field = useRef<SecretFieldHandle>(null);
  const [length, setLength] = useState(0);
  const [shape, setShape] = useState<KeyShape | null>(null);
  const debounce = useDebounced(250);
  const seen = useSeen();
  const app = useAskingApp();
  useEffect(() => {
    if (autoFocus === true) field.current?.focus();
  }, [autoFocus]);

  const onChange = (now: number): void => {
    setLength(now);
    if (now > 0) onType();
    if (now < minShapeLength) setShape(null);
    debounce((isCurrent) => {
      if (now < minShapeLength || field.current === null || field.current.empty) return;
      vault.inspectKey(field.current.copy()).then(
        (found) => {
          if (isCurrent()) setShape(found);
        },
        () => {
          if (isCurrent()) setShape(null);
        },
      );
    });
  };
  const save = (to: string): void => {
    const entry = field.current;
    if (busy || entry === null || entry.empty) return;
    setShape(null);
    onSave(to, () => entry.take(), app !== null && seen.isSeen());
  };
  const other = providers.find((each) => each.id === shape?.looksLike && each.id !== provider.id);

  return (
    <form
      class="key-form"
      noValidate
      onSubmit={(event) => {
        preventSubmit(event);
        save(provider.id);
      }}
    >
      <SecretField
        label={words.card.field(provider.name)}
        handle={field}
        autocomplete="off"
        disabled={busy}
        onChange={onChange}
        hint={
          <span class="key-hints">
            {app !== null && <AppLine origin={app} inSight={seen.ready} />}
            {provider.keyHint !== '' && <span>{words.card.hint(provider.keyHint)}</span>}
            <a
              class="link"
              href={provider.keysPage}
              target="_blank"
              rel="noopener noreferrer"
              aria-label={words.card.whereToGetFor(provider.name)}
            >
              {words.card.whereToGet}
            </a>
          </span>
        }
      />
      <div role="status" class="stack">
        {other !== undefined && (
          <Notice tone="warning">
            <span>{words.shape.looksLike(other.name)}</span>
            <button
              type="button"
              class="button link"
              onClick={() => {
                save(other.id);
              }}
            >
              {words.shape.use(other.name)}
            </button>
          </Notice>
        )}
        {shape?.notForInference === true && <Notice tone="warning">{words.shape.admin}</Notice>}
      </div>
      <div class="actions">
        <Submit busy={busy} working={words.card.verifying} disabled={length === 0} seen={seen} waits={false}>
          {words.card.verifyAndSave}
        </Submit>
        {onCancel !== undefined && (
          <button type="button" class="button" onClick={onCancel} disabled={busy}>
            {words.cancel}
          </button>
        )}
      </div>
    </form>
  );
}
