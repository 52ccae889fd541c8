import type { JSX } from 'preact';
import type { VaultErrorCode } from '../core/errors.ts';
import { Icon } from './parts.tsx';
import { unavailableCase, words } from './words.ts';

/** Why there can be no vault here, and what to do (E9, E10, E36; E26). */
export function Unavailable({ code }: { readonly code: VaultErrorCode }): JSX.Element {
  const { title, detail, todo } = words.unavailable.cases[unavailableCase(code)];
  return (
    <section class="card" role="alert">
      <h2 class="card-title with-icon warning-text">
        <Icon name="warning" />
        {title}
      </h2>
      <p>{detail}</p>
      <p>{todo}</p>
      <div class="actions">
        <button
          type="button"
          class="button"
          onClick={() => {
            location.reload();
          }}
        >
          {words.unavailable.reload}
        </button>
      </div>
      <p class="hint">{words.unavailable.code(code)}</p>
    </section>
  );
}
