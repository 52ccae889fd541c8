/** What the site says besides the panel. */
import type { JSX } from 'preact';
import { Icon } from '../panel/parts.tsx';
import { words } from '../panel/words.ts';
import { verdicts } from '../core/types.ts';

/** For slow connections alone: it appears after a moment. */
export function Opening(): JSX.Element {
  return (
    <div class="vault">
      <p class="lead late" role="status">
        {words.starting}
      </p>
    </div>
  );
}

export function Partitioned(): JSX.Element {
  return (
    <div class="vault">
      <section class="card" role="alert">
        <h1 class="card-title with-icon warning-text">
          <Icon name="warning" />
          {words.frame.partitionedTitle}
        </h1>
        <p>{words.frame.partitioned(location.host)}</p>
        <p>{words.frame.partitionedTodo}</p>
        <p>
          <a class="link" href={location.origin} target="_blank" rel="noopener noreferrer">
            {words.frame.open}
          </a>
        </p>
      </section>
    </div>
  );
}

export function NotAllowed(): JSX.Element {
  return (
    <div class="vault">
      <section class="card" role="alert">
        <h1 class="card-title with-icon warning-text">
          <Icon name="warning" />
          {words.frame.notAllowedTitle}
        </h1>
        <p>{words.frame.notAllowed}</p>
      </section>
    </div>
  );
}

/** Endings of a sandbox key: the verdicts that a provider's answer can earn, and an answer that never comes. */
const endings = [...verdicts.filter((each) => each !== 'untested' && each !== 'wrong_provider'), 'slow'];

export function SandboxNote(): JSX.Element {
  const { title, detail, more, other } = words.frame.sandbox;
  return (
    <aside class="sandbox stack" aria-label={title}>
      <p>
        <strong>{title}.</strong> {detail} <code>sk-proj-anything-valid</code>.
      </p>
      <details class="disclosure">
        <summary>{more}</summary>
        <p>
          {endings.map((ending) => (
            <>
              <code>-{ending}</code>{' '}
            </>
          ))}
          {other}
        </p>
      </details>
    </aside>
  );
}
