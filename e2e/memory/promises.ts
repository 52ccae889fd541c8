/** What a run must have shown, said as sentences for what it did not. */
import type { Look, Place, Result, Scenario, Step } from './run.ts';
import type { Secret } from './needles.ts';

const derived: readonly Secret[] = ['vault key', 'KEK', 'wrong KEK'];
/** In use, the vault has its own keys and nothing else: what was typed is gone once it was handed over. */
const inUse: readonly Step[] = ['unlocked', 'testing', 'tested', 'sealed'];

function lookAt({ looks }: Result, step: Step): Look {
  const found = looks.find((each) => each.step === step);
  if (!found) throw new Error(`nobody looked after "${step}"`);
  return found;
}

function countOf(look: Look, accept: (secret: Secret, place: Place) => boolean): number {
  return look.counts
    .filter(({ secret, place }) => accept(secret, place))
    .reduce((sum, { runs }) => sum + runs, 0);
}

/** A look that finds nothing because it sees nothing would keep every promise. */
export function blindness(result: Result): string[] {
  const mustSee: [Step, Secret][] = [
    ['typed', 'password'],
    ['unlocked', 'vault key'],
    ['key typed', 'provider key'],
  ];
  return mustSee
    .filter(
      ([step, wanted]) =>
        countOf(lookAt(result, step), (secret, place) => secret === wanted && place === 'vault') === 0,
    )
    .map(([step, wanted]) => `${step}: the ${wanted} was not found where it must be`);
}

function describe(look: Look, accept: (secret: Secret, place: Place) => boolean): string[] {
  return look.counts
    .filter(({ secret, place }) => accept(secret, place))
    .map(
      ({ secret, place, kind, encoding, runs, whole }) =>
        `${look.step}: ${String(runs)} of the ${secret} (${String(whole)} whole, ${encoding}) in ${place === 'vault' ? `the vault's ${kind}` : kind}`,
    );
}

/** @returns what was broken; nothing where all was kept. */
export function broken(scenario: Scenario, result: Result): string[] {
  const look = (step: Step): Look => lookAt(result, step);
  const { engine, way, tabs, form } = scenario;
  const problems: string[] = [];
  const after: Step[] = ['before', 'locked', 'frame gone'];
  // The vault's own keys, however the password got there. Firefox has a parent process, whose
  // memory is out of reach of the page: there they are counted, not promised.
  const isDerived = (secret: Secret, place: Place): boolean =>
    derived.includes(secret) && (engine === 'chromium' || place === 'vault');
  // While a password is typed a deriver is made ready, which knows nothing.
  for (const step of [...after, 'wrong password', 'typed'] as const)
    problems.push(...describe(look(step), isDerived));
  if (engine !== 'chromium') return problems;

  if (way.name === 'typed') {
    const isText = (secret: Secret): boolean => !derived.includes(secret);
    for (const step of after) problems.push(...describe(look(step), isText));
    problems.push(...describe(look('wrong password'), (secret) => secret === 'wrong password'));
    for (const step of inUse) problems.push(...describe(look(step), isText));
  } else if (form === 'embedded' && tabs === 1) {
    for (const step of ['locked', 'frame gone'] as const)
      problems.push(
        ...describe(look(step), (secret, place) => place === 'vault' && !derived.includes(secret)),
      );
  }
  if (form === 'embedded' && tabs === 1 && result.stayed.length > 0)
    problems.push('locked: the process that hosted the unlocked vault still runs');
  return problems;
}
