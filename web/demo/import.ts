/** The importable form, with a minimal face of its own. The page says what it does not protect against. */
import { VaultError } from '../core/errors.ts';
import type { VaultState } from '../vault/api.ts';
import { Vault } from '../vault/vault.ts';

function find<T extends Element>(id: string, type: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(id);
  return element;
}

const phase = find('phase', HTMLElement);
const message = find('message', HTMLElement);
const password = find('password', HTMLInputElement);
const key = find('key', HTMLInputElement);
const provider = find('provider', HTMLSelectElement);
const records = find('records', HTMLUListElement);
const vault = await Vault.open();

/** The bytes of a field, which is empty from then on. They change hands: the vault wipes them. */
function take(field: HTMLInputElement): Uint8Array {
  const secret = new TextEncoder().encode(field.value.normalize('NFC'));
  field.value = '';
  return secret;
}

function show(state: VaultState): void {
  phase.textContent = state.phase;
  find('open', HTMLButtonElement).textContent = state.phase === 'empty' ? 'Create' : 'Unlock';
  const open = state.phase === 'unlocked';
  find('password-form', HTMLFormElement).querySelector('label')?.toggleAttribute('hidden', open);
  password.hidden = open;
  find('open', HTMLButtonElement).hidden = open;
  find('lock', HTMLButtonElement).hidden = !open;
  find('key-form', HTMLFormElement).hidden = !open;
  records.replaceChildren(
    ...(open ? state.records : []).map(({ id, meta }) => {
      const item = document.createElement('li');
      item.textContent =
        meta === null ? `${id}: damaged` : `${meta.provider} ${meta.preview}: ${meta.verdict}`;
      return item;
    }),
  );
}

async function attempt(work: () => Promise<string>): Promise<void> {
  message.textContent = 'Working…';
  try {
    message.textContent = await work();
  } catch (error) {
    message.textContent = error instanceof VaultError ? `Refused: ${error.code}` : 'Something went wrong.';
  }
}

vault.on('state', show);
show(vault.state);
for (const { id, name } of await vault.providers()) provider.append(new Option(name, id));

find('password-form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  const secret = take(password);
  void attempt(async () => {
    await (vault.state.phase === 'empty' ? vault.create(secret) : vault.unlock(secret));
    return 'Open.';
  });
});
find('lock', HTMLButtonElement).addEventListener('click', () => {
  void attempt(async () => {
    await vault.lock('everywhere');
    return 'Locked.';
  });
});
find('key-form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  const secret = take(key);
  void attempt(async () => {
    const { saved, verdict } = await vault.verifyAndSave(provider.value, secret);
    return saved ? `Saved: ${verdict}.` : `Not saved: ${verdict}.`;
  });
});
