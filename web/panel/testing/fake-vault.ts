/** A vault in memory, for tests and for looking at every state of the panel. It encrypts nothing and is never shipped. */
import { VaultError, type VaultErrorCode } from '../../core/errors.ts';
import type { AppPermission, Provider, RecordView, Strength, Verdict } from '../../core/types.ts';
import { verdicts } from '../../core/types.ts';
import type {
  AutoLockSettings,
  JobReceipt,
  KeyShape,
  SignedInUser,
  SaveOutcome,
  SealedKey,
  VaultEvents,
  VaultService,
  VaultState,
} from '../../vault/api.ts';

const rows: readonly (readonly [string, string, string, string])[] = [
  ['gemini', 'Gemini', 'AIza…', 'https://aistudio.google.com/apikey'],
  ['openai', 'OpenAI', 'sk-proj-…', 'https://platform.openai.com/api-keys'],
  ['anthropic', 'Anthropic', 'sk-ant-api03-…', 'https://console.anthropic.com/settings/keys'],
  ['mistral', 'Mistral', '', 'https://console.mistral.ai/api-keys'],
  ['groq', 'Groq', 'gsk_…', 'https://console.groq.com/keys'],
];

export const fakeProviders: readonly Provider[] = rows.map(([id, name, keyHint, keysPage], index) => ({
  id,
  name,
  keyHint,
  keysPage,
  featured: index < 3,
}));

export const fakeUser: SignedInUser = { id: 'u1', name: 'Demo user 4f2a', notOffered: null };

const stored = new Set<Verdict>(['valid', 'restricted', 'no_credit', 'rate_limited', 'wrong_region_or_ip']);
const asked = new Set<Verdict>(['provider_down', 'unreachable', 'unknown']);

function text(bytes: Uint8Array): string {
  const read = new TextDecoder().decode(bytes);
  bytes.fill(0);
  return read;
}

function shapeOf(key: string): string | null {
  const shapes = [
    ['sk-ant-', 'anthropic'],
    ['sk-', 'openai'],
    ['AIza', 'gemini'],
    ['gsk_', 'groq'],
  ] as const;
  return shapes.find(([prefix]) => key.startsWith(prefix))?.[1] ?? null;
}

interface Draft {
  readonly provider: string;
  readonly key: string;
}

export interface FakeOptions {
  readonly state?: VaultState;
  readonly password?: string;
  /** Milliseconds that deriving and testing take; Infinity = never done. */
  readonly delayMs?: number;
  /** The origin of the app around the panel. */
  readonly app?: string;
  readonly receipts?: readonly JobReceipt[];
  /** Refuses the next change with this code. */
  readonly fail?: VaultErrorCode;
}

export class FakeVault implements VaultService {
  state: VaultState;
  readonly app: string | null;
  readonly calls: string[] = [];
  #password: string;
  #records: RecordView[] = [];
  #apps: AppPermission[] = [];
  #drafts = new Map<string, Draft>();
  #keys = new Map<string, string>();
  #failures = 0;
  #autoLock: AutoLockSettings = { idleMinutes: 30, whenHidden: false };
  readonly #listeners = new Map<keyof VaultEvents, Set<(value: never) => void>>();
  readonly #options: FakeOptions;

  constructor(options: FakeOptions = {}) {
    this.#options = options;
    this.state = options.state ?? { phase: 'empty', platformUser: fakeUser };
    this.#password = options.password ?? '';
    this.app = options.app ?? null;
    if (this.state.phase !== 'unlocked') return;
    this.#records = [...this.state.records];
    this.#apps = [...this.state.apps];
  }

  on<K extends keyof VaultEvents>(event: K, listener: (value: VaultEvents[K]) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  set(state: VaultState): void {
    this.state = state;
    for (const listener of this.#listeners.get('state') ?? [])
      (listener as (value: VaultState) => void)(state);
  }

  async #work(name: string): Promise<void> {
    this.calls.push(name);
    const ms = this.#options.delayMs ?? 0;
    await new Promise<void>((resolve) => {
      if (ms !== Infinity) setTimeout(resolve, ms);
    });
    if (this.#options.fail !== undefined) throw new VaultError(this.#options.fail);
  }

  #open(records: readonly RecordView[] = this.#records): void {
    this.#records = [...records];
    this.set({
      phase: 'unlocked',
      records: this.#records,
      apps: this.#apps,
      integrity: 'ok',
      confirmedUser: fakeUser,
      platformUser: fakeUser,
      locksAt: Date.now() + this.#autoLock.idleMinutes * 60_000,
    });
  }

  providers(): Promise<readonly Provider[]> {
    return Promise.resolve(fakeProviders);
  }

  checkPassword(password: Uint8Array): Promise<Strength> {
    const typed = text(password);
    const codePoints = Array.from(typed).length;
    const refusal = codePoints < 8 ? 'password_too_short' : typed === 'password1' ? 'password_common' : null;
    const score = Math.min(4, Math.floor(codePoints / 5)) as Strength['score'];
    return Promise.resolve({ score, codePoints, guessesLog2: codePoints * 3, refusal });
  }

  async create(password: Uint8Array): Promise<void> {
    const chosen = text(password);
    await this.#work('create');
    if (chosen.length < 8) throw new VaultError('password_too_short');
    this.#password = chosen;
    this.#open([]);
  }

  prepare(): void {
    // Nothing here takes longer the first time.
  }

  async unlock(password: Uint8Array): Promise<void> {
    const given = text(password);
    await this.#work('unlock');
    if (given !== this.#password) {
      this.#failures++;
      if (this.#failures >= 5) this.set({ phase: 'locked', reason: null, waitMs: 30_000 });
      throw new VaultError('wrong_password');
    }
    this.#failures = 0;
    this.#open();
  }

  lock(scope: 'here' | 'tabs' | 'everywhere'): Promise<void> {
    this.calls.push(`lock ${scope}`);
    this.set({ phase: 'locked', reason: 'asked', waitMs: 0 });
    return Promise.resolve();
  }

  async changePassword(current: Uint8Array, next: Uint8Array): Promise<void> {
    const [given, chosen] = [text(current), text(next)];
    await this.#work('changePassword');
    if (given !== this.#password) throw new VaultError('wrong_password');
    this.#password = chosen;
  }

  async startOver(): Promise<void> {
    await this.#work('startOver');
    this.#records = [];
    this.set({ phase: 'empty', platformUser: fakeUser });
  }

  inspectKey(key: Uint8Array): Promise<KeyShape> {
    const typed = text(key);
    return Promise.resolve({ looksLike: shapeOf(typed), notForInference: typed.startsWith('sk-admin-') });
  }

  async verifyAndSave(provider: string, key: Uint8Array): Promise<SaveOutcome> {
    return await this.#save({ provider, key: text(key) });
  }

  async #save({ provider, key: pasted }: Draft): Promise<SaveOutcome> {
    await this.#work(`verifyAndSave ${provider}`);
    const key = pasted.trim();
    if (/[^\x21-\x7e]/.test(key)) throw new VaultError('key_bad_character');
    const looksLike = shapeOf(key);
    const other = looksLike === provider ? null : looksLike;
    const ending = key.slice(key.lastIndexOf('-') + 1);
    const found = verdicts.find((each) => each === ending) ?? 'invalid';
    const verdict = found === 'invalid' && other !== null ? 'wrong_provider' : found;
    const told = { verdict, edgesCleaned: key !== pasted, looksLike: other };
    const alreadyThere = this.#keys.get(provider) === key;
    if (stored.has(verdict)) {
      return {
        ...told,
        saved: true,
        record: this.#put(provider, key, verdict),
        next: 'none',
        draft: null,
        alreadyThere,
      };
    }
    const next = asked.has(verdict)
      ? 'save_untested'
      : verdict === 'wrong_provider'
        ? 'switch_provider'
        : 'none';
    const draft = next === 'none' ? null : crypto.randomUUID();
    if (draft !== null) this.#drafts.set(draft, { provider, key });
    return { ...told, saved: false, record: null, next, draft, alreadyThere };
  }

  #put(provider: string, key: string, verdict: Verdict): string {
    const now = Date.now();
    const id = `${provider}0000000000000000`.slice(0, 16);
    this.#keys.set(provider, key);
    this.#allow();
    const meta = {
      provider,
      label: '',
      preview: `${key.slice(0, 4)}…${key.slice(-4)}`,
      added: now,
      updated: now,
      verdict,
      verdictAt: verdict === 'untested' ? 0 : now,
    };
    this.#open([...this.#records.filter((each) => each.id !== id), { id, state: 'ok', meta }]);
    return id;
  }

  async saveUntested(id: string): Promise<SaveOutcome> {
    await this.#work('saveUntested');
    const { provider, key } = this.#take(id);
    const record = this.#put(provider, key, 'untested');
    return {
      verdict: 'untested',
      saved: true,
      record,
      next: 'none',
      draft: null,
      edgesCleaned: false,
      alreadyThere: false,
      looksLike: null,
    };
  }

  async verifyDraft(id: string, provider: string): Promise<SaveOutcome> {
    return await this.#save({ ...this.#take(id), provider });
  }

  #take(id: string): Draft {
    const draft = this.#drafts.get(id);
    if (draft === undefined) throw new VaultError('draft_unknown');
    this.#drafts.delete(id);
    return draft;
  }

  discardDraft(id: string): Promise<void> {
    this.#drafts.delete(id);
    return Promise.resolve();
  }

  async test(record: string): Promise<Verdict> {
    await this.#work('test');
    return this.#records.find((each) => each.id === record)?.meta?.verdict ?? 'unknown';
  }

  async remove(record: string): Promise<void> {
    await this.#work('remove');
    this.#open(this.#records.filter((each) => each.id !== record));
  }

  setLabel(): Promise<void> {
    return Promise.resolve();
  }

  async confirmUser(): Promise<void> {
    await this.#work('confirmUser');
    this.#open();
  }

  async repair(): Promise<void> {
    await this.#work('repair');
    this.#open(
      this.#records.filter((each) => each.meta !== null).map((each) => ({ ...each, state: 'ok' as const })),
    );
  }

  #allow(): void {
    const { app } = this;
    if (app !== null && !this.#apps.some(({ origin }) => origin === app))
      this.#apps.push({ origin: app, granted: Date.now(), lastUsed: 0, uses: 0 });
  }

  async allowApp(): Promise<void> {
    await this.#work('allowApp');
    this.#allow();
    this.#open();
  }

  async revokeApp(origin: string): Promise<void> {
    await this.#work(`revokeApp ${origin}`);
    this.#apps = this.#apps.filter((each) => each.origin !== origin);
    this.#open();
  }

  async seal(providers: readonly string[]): Promise<SealedKey[]> {
    await this.#work(`seal ${providers.join(' ')}`);
    if (this.state.phase !== 'unlocked') throw new VaultError('locked');
    return providers.map((provider) => {
      if (!this.#records.some((each) => each.meta?.provider === provider)) throw new VaultError('no_key');
      return { provider, sealed: 'c2VhbGVk', sealId: '00112233445566778899aabbccddeeff' };
    });
  }

  receipts(): Promise<readonly JobReceipt[]> {
    return Promise.resolve(this.#options.receipts ?? []);
  }

  settings(): Promise<AutoLockSettings> {
    return Promise.resolve(this.#autoLock);
  }

  setAutoLock(settings: AutoLockSettings): Promise<void> {
    this.#autoLock = settings;
    return Promise.resolve();
  }

  activity(): void {
    this.calls.push('activity');
  }

  close(): Promise<void> {
    return this.lock('here');
  }
}
