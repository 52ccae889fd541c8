/** A small product's settings page. All that it does with the vault is in this file. */
import { ByokVaultElement, VaultError, type SealedKey } from '../element/byok-vault.ts';

/** In development the vault's own origin is on the next port; in production it is a fixed address in the page. */
const vaultOrigin = `${location.protocol}//${location.hostname}:${String(Number(location.port) + 1)}`;

const refusals: Partial<Record<VaultError['code'], string>> = {
  user_declined: 'You declined, so no key was sealed.',
  rate_limited: 'This app asked for too many keys. Try again in a minute.',
  no_key: 'The vault has no key for this. Add one above.',
  user_unconfirmed: 'Confirm in the vault whom your keys may be used for.',
  platform_unreachable: 'The platform did not answer.',
};

function find<T extends Element>(id: string, type: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(id);
  return element;
}

const vault = find('vault', ByokVaultElement);
const result = find('result', HTMLElement);
const stateText = find('vault-state', HTMLElement).querySelector('strong');

function showState(state: string): void {
  if (stateText !== null) stateText.textContent = state;
}

function say(text: string): void {
  const line = document.createElement('p');
  line.textContent = text;
  result.replaceChildren(line);
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

async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const code = error instanceof VaultError ? error.code : 'internal';
    say(refusals[code] ?? `The vault refused: ${code}`);
  }
}

vault.addEventListener('state', ({ detail }) => {
  showState(detail);
});
vault.src = `${vaultOrigin}/`;
find('vault-origin', HTMLElement).textContent = vaultOrigin;

find('seal', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  const providers = find('providers', HTMLSelectElement).value.split(' ');
  void attempt(async () => {
    showSealed(await vault.seal(providers));
  });
});
find('ask-state', HTMLButtonElement).addEventListener('click', () => {
  void attempt(async () => {
    const state = await vault.state();
    showState(state);
    say(`The vault is ${state}.`);
  });
});
find('lock-vault', HTMLButtonElement).addEventListener('click', () => {
  void attempt(async () => {
    await vault.lock();
    say('The vault is locked.');
  });
});
