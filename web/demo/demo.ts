/** A small product's settings page. All that it does with the vault is in this file. */
import { ByokVaultElement, VaultError, type SealedKey } from '../element/byok-vault.ts';
import { cacheKeys, JobFailed, runJob } from './job.ts';
import { receiptText, refusalText } from './words.ts';

/** In development the vault's own origin is on the next port; in production it is a fixed address in the page. */
const vaultOrigin = `${location.protocol}//${location.hostname}:${String(Number(location.port) + 1)}`;

function find<T extends Element>(id: string, type: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(id);
  return element;
}

const vault = find('vault', ByokVaultElement);
const answer = find('answer', HTMLElement);
const result = find('result', HTMLElement);
const stateText = find('vault-state', HTMLElement).querySelector('strong');

function showState(state: string): void {
  if (stateText !== null) stateText.textContent = state;
}

function say(place: HTMLElement, ...texts: string[]): void {
  place.replaceChildren(
    ...texts.map((text) => {
      const line = document.createElement('p');
      line.textContent = text;
      return line;
    }),
  );
}

/** Shows what the app got: names, ids and lengths. There is nothing in it that the app could read. */
function showSealed(keys: readonly SealedKey[]): void {
  const time = new Intl.DateTimeFormat('en', { timeStyle: 'short' }).format(Date.now() + 300_000);
  const list = document.createElement('dl');
  list.className = 'sealed';
  for (const { provider, sealed, sealId } of keys) {
    const name = document.createElement('dt');
    name.textContent = provider;
    const detail = document.createElement('dd');
    detail.textContent = `Sealed for you, until ${time} at the latest: ${String(sealed.length)} characters, seal id ${sealId}`;
    list.append(name, detail);
  }
  result.replaceChildren(list);
}

async function attempt(place: HTMLElement, work: () => Promise<void>, provider?: string): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof JobFailed) say(place, ...error.lines);
    else say(place, refusalText(error instanceof VaultError ? error.code : 'internal', provider));
  }
}

/** One question to a provider: key sealed, cached, used by a worker; then the answer with its receipt. */
async function tryIt(provider: string, name: string, text: string): Promise<void> {
  say(answer, 'The vault seals your key…');
  const keys = await vault.seal([provider]);
  say(answer, 'The job waits for its answer…');
  await cacheKeys(keys, name);
  const { text: answered, receipt } = await runJob(provider, name, text);
  say(answer, receiptText(receipt, name));
  const quote = document.createElement('blockquote');
  quote.textContent = answered;
  answer.prepend(quote);
}

vault.addEventListener('state', ({ detail }) => {
  showState(detail);
});
vault.src = `${vaultOrigin}/`;
find('vault-origin', HTMLElement).textContent = vaultOrigin;

find('try-form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  const { value, selectedOptions } = find('try-provider', HTMLSelectElement);
  const text = find('question', HTMLInputElement).value.trim();
  const button = find('try-it', HTMLButtonElement);
  if (text === '' || button.disabled) return;
  button.disabled = true;
  const name = selectedOptions[0]?.text ?? value;
  void attempt(answer, () => tryIt(value, name, text), name).finally(() => {
    button.disabled = false;
  });
});
find('seal', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  const providers = find('providers', HTMLSelectElement).value.split(' ');
  void attempt(result, async () => {
    showSealed(await vault.seal(providers));
  });
});
find('ask-state', HTMLButtonElement).addEventListener('click', () => {
  void attempt(result, async () => {
    const state = await vault.state();
    showState(state);
    say(result, `The vault is ${state}.`);
  });
});
find('lock-vault', HTMLButtonElement).addEventListener('click', () => {
  void attempt(result, async () => {
    await vault.lock();
    say(result, 'The vault is locked.');
  });
});
