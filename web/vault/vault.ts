/** The vault of this origin: the state that a page sees, and the way of every call through the two workers. */
import { VaultError, type VaultErrorCode } from '../core/errors.ts';
import type { SealTarget } from '../core/session.ts';
import type { LockReason, Provider, RecordMeta, Strength, Verdict } from '../core/types.ts';
import type {
  AutoLockSettings,
  JobReceipt,
  KeyShape,
  Progress,
  SaveOutcome,
  SealedKey,
  SignedInUser,
  UnlockedState,
  VaultEvents,
  VaultService,
  VaultState,
} from './api.ts';
import { assetsIn, defaultAssets } from './assets.ts';
import { toBase64url } from './base64url.ts';
import { whenIdle } from './idle.ts';
import { Listeners } from './listeners.ts';
import { watchPage } from './page.ts';
import { Platform } from './platform.ts';
import { PreparedDeriver } from './prepared.ts';
import type { DeriverApi, Settled, UnlockTask, VaultNotice, VaultWorkerApi } from './protocol.ts';
import { copySecret } from './secret-bytes.ts';
import { Tabs, type TabMessage } from './tabs.ts';
import { wipe } from './wipe.ts';
import { Workers, type Running } from './workers.ts';

export interface VaultOptions {
  /** The folder of the workers, the wasm and the password list; without it, the one this module was loaded from. */
  readonly assets?: URL | string;
  /** The folder of the platform's procedures; without it, `/byok/` on the page's origin. */
  readonly api?: URL | string;
  /** Why the vault locked in the document before this one, where that ended with the lock; told in the first locked state. */
  readonly reason?: LockReason | null;
  /** For the vault's own site: the app that embeds it, by its origin. Whatever is sealed is sealed for it, with permission. */
  readonly app?: string;
  /** For the vault's own site: the workers, loaded before it is known which app. */
  readonly workers?: Workers;
}

/** Activity is passed on at most this often, in milliseconds. */
const activityMs = 1_000;
/** At most this many providers a job (architecture: sealed hand-off). */
const maxProviders = 8;
const maxPasswordBytes = 1024;
const maxPastedKeyBytes = 4096;

export class Vault implements VaultService {
  readonly app: string | null;
  readonly #workers: Workers;
  readonly #platform: Platform;
  readonly #tabs: Tabs;
  readonly #listeners = new Listeners<VaultEvents>();
  readonly #stopWatching: () => void;
  #state: VaultState = { phase: 'starting' };
  #vault: Running<VaultWorkerApi> | null = null;
  #deriver: Running<DeriverApi> | null = null;
  readonly #prepared: PreparedDeriver;
  #deriving = false;
  /** Counts the locks, so that what began before one can see it. */
  #locks = 0;
  #filter: Promise<Uint8Array<ArrayBuffer>> | null = null;
  /** Who is signed in, as soon as the platform has said so at this unlock. */
  #user: SignedInUser | null = null;
  #lastActivity = -activityMs;
  #closed = false;

  private constructor(options: VaultOptions) {
    const base = globalThis.location.href;
    this.app = options.app ?? null;
    const assets = options.assets === undefined ? defaultAssets() : assetsIn(new URL(options.assets, base));
    this.#workers = options.workers ?? new Workers(assets);
    this.#prepared = new PreparedDeriver((onFailure) => this.#workers.deriver(onFailure));
    this.#platform = new Platform(new URL(options.api ?? '/byok/', base));
    this.#tabs = new Tabs((message) => {
      this.#hear(message);
    });
    this.#stopWatching = watchPage({
      shown: () => {
        this.#tellWorker('check');
      },
      hidden: () => {
        this.#prepared.end('superseded');
        this.#tellWorker('hidden');
      },
      left: () => {
        // An unlock under way ends, too: it must not finish in the back/forward cache (E21).
        if (this.#state.phase !== 'starting') this.#end('page_hidden');
        this.#platform.sendReports();
      },
    });
  }

  /**
   * Opens the vault of this origin. Never rejects: where the browser can't hold a vault, the state says why
   * (`unavailable`: not_secure_context, no_webassembly, storage_unavailable).
   */
  static async open(options: VaultOptions = {}): Promise<Vault> {
    const vault = new Vault(options);
    await vault.#start(options.reason ?? null);
    return vault;
  }

  get state(): VaultState {
    return this.#state;
  }

  on<K extends keyof VaultEvents>(event: K, listener: (value: VaultEvents[K]) => void): () => void {
    return this.#listeners.add(event, listener);
  }

  /** The catalogue: public facts about every provider, in the order of the panel. */
  async providers(): Promise<readonly Provider[]> {
    return this.#ask('providers');
  }

  async checkPassword(password: Uint8Array): Promise<Strength> {
    try {
      bytesOnly(password);
      const filter = await this.#commonPasswords();
      this.#assertUsable();
      return await this.#prepared.remote.call('check', password, filter.slice());
    } finally {
      wipe(password);
    }
  }

  async create(password: Uint8Array): Promise<void> {
    await this.#deriveOnce([password], 'empty', async () => {
      const unlessLocked = this.#unlessLockedFromNow();
      const user = this.#askForUser();
      const shown = this.#state.phase === 'empty' ? this.#state.platformUser : null;
      const filter = await unlessLocked(this.#commonPasswords());
      const key = await this.#derive((deriver) => deriver.call('make', password, filter.slice()));
      try {
        const present = await unlessLocked(user);
        // Who signed in since the page was drawn was not shown to anyone: they are to be confirmed afterwards.
        await this.#ask('create', key, shown === null || shown.id === present?.id ? present : null);
      } catch (error) {
        // Another tab was faster: its vault is the vault (E23).
        if (isCode(error, 'vault_exists')) await this.#refresh(null);
        throw error;
      } finally {
        wipe(key.kek);
      }
      this.#learnUser(user);
    });
  }

  prepare(): void {
    const { phase } = this.#state;
    if (phase === 'starting' || phase === 'unavailable' || this.#deriving || this.#closed) return;
    // Behind other tabs, the memory for it is not worth the moment that it saves.
    if (document.visibilityState === 'hidden') return;
    if (this.#prepared.isBegun) return;
    this.#prepared.begin({
      task: phase === 'empty' ? null : this.#ask('foresee'),
      forNew: phase !== 'locked',
    });
    if (phase === 'locked') this.#rehearse();
  }

  /** Once for each worker: the next unlock opens its records faster. */
  #rehearse(): void {
    this.#ask('rehearse').catch(() => undefined);
  }

  async unlock(password: Uint8Array): Promise<void> {
    await this.#deriveOnce([password], 'locked', async () => {
      const user = this.#askForUser();
      try {
        // The deriver ends once the vault is open: giving its memory back takes longer than opening.
        await this.#derive(async (deriver, foreseen) => {
          const begun = this.#ask('beginUnlock');
          // Told below. A key that was derived meanwhile is of no use without it.
          begun.catch(() => undefined);
          const task = foreseen ?? (await begun);
          const { kek, next } = await deriver.call('derive', password, task.params.slice(), task.weak);
          try {
            await begun;
            await this.#ask('unlock', task, kek, next);
          } finally {
            wipe(kek, next?.kek);
          }
        });
      } catch (error) {
        if (isCode(error, 'wrong_password')) this.#platform.report({ event: 'unlock_failed' });
        if (!isCode(error, 'superseded')) await this.#refresh(null);
        throw error;
      }
      this.#learnUser(user);
    });
  }

  async lock(scope: 'here' | 'tabs' | 'everywhere'): Promise<void> {
    if (scope === 'everywhere') this.#platform.clearKeys();
    if (scope !== 'here') this.#tabs.tell('lock');
    await this.#lock(scope === 'tabs' ? 'app' : 'asked');
  }

  async changePassword(current: Uint8Array, next: Uint8Array): Promise<void> {
    await this.#deriveOnce([current, next], 'unlocked', async () => {
      const filter = await this.#commonPasswords();
      // Before it counts as an attempt: who chooses a poor new password did not mistype the present one (E17).
      const { refusal } = await this.#prepared.remote.call('check', copySecret(next), filter.slice());
      if (refusal !== null) throw new VaultError(refusal);
      const { params } = await this.#ask('beginChange');
      const derived = await this.#derive((deriver) =>
        deriver.call('change', current, params, next, filter.slice()),
      );
      try {
        await this.#work('saving', () => this.#ask('changePassword', derived.kek, derived.next));
      } finally {
        wipe(derived.kek, derived.next.kek);
      }
    });
  }

  async startOver(): Promise<void> {
    await this.#ask('destroy');
    this.#endWorkers('superseded');
    this.#platform.clearKeys();
    this.#tabs.tell('deleted');
    this.#showEmpty();
  }

  async inspectKey(key: Uint8Array): Promise<KeyShape> {
    try {
      return await this.#ask('inspectKey', keyOnly(key));
    } finally {
      wipe(key);
    }
  }

  async verifyAndSave(
    provider: string,
    key: Uint8Array,
    options: { label?: string; allowApp?: boolean } = {},
  ): Promise<SaveOutcome> {
    try {
      keyOnly(key);
      if (!this.#isOpen()) throw new VaultError('locked');
      return await this.#work('testing', async () => {
        const { label = '', allowApp = false } = options;
        const made = await this.#ask('draft', text(provider), key, text(label), allowApp);
        return { ...(await this.#verify(made.draft, provider)), ...toldOf(made) };
      });
    } finally {
      wipe(key);
    }
  }

  async saveUntested(draft: string): Promise<SaveOutcome> {
    return this.#work('saving', () => this.#settle(draft, this.#ask('saveUntested', text(draft))));
  }

  async verifyDraft(draft: string, provider: string): Promise<SaveOutcome> {
    return this.#work('testing', async () => {
      const made = await this.#ask('retarget', text(draft), text(provider));
      return { ...(await this.#verify(made.draft, provider)), ...toldOf(made) };
    });
  }

  async discardDraft(draft: string): Promise<void> {
    await this.#ask('discard', text(draft));
  }

  async test(record: string): Promise<Verdict> {
    return this.#work('testing', async () => {
      const target = await this.#target();
      const { provider, sealed } = await this.#ask('sealTest', text(record), target);
      const verdict = await this.#unlessLocked(this.#platform.test(provider, sealed));
      await this.#ask('setVerdict', record, verdict);
      return verdict;
    });
  }

  async remove(record: string): Promise<void> {
    await this.#work('saving', () => this.#ask('remove', text(record)));
    this.#platform.clearKeys();
  }

  async setLabel(record: string, label: string): Promise<void> {
    await this.#work('saving', () => this.#ask('setLabel', text(record), text(label)));
  }

  async confirmUser(id: string): Promise<void> {
    await this.#work('saving', async () => {
      const user = await this.#unlessLocked(this.#platform.user());
      this.#update({ platformUser: user });
      // Who signed in between the question and the answer was not asked about.
      if (user.id !== id) throw new VaultError('user_unconfirmed');
      await this.#ask('confirmUser', { id: user.id, name: user.name });
    });
  }

  async repair(): Promise<void> {
    await this.#work('saving', () => this.#ask('repair'));
  }

  async allowApp(): Promise<void> {
    await this.#work('saving', () => this.#ask('allowApp'));
  }

  async revokeApp(origin: string): Promise<void> {
    await this.#work('saving', () => this.#ask('revokeApp', text(origin)));
  }

  async seal(providers: readonly string[]): Promise<SealedKey[]> {
    const asked: unknown = providers;
    if (!Array.isArray(asked) || asked.length === 0 || asked.length > maxProviders)
      throw new VaultError('bad_argument');
    const names = asked.map(text);
    if (!this.#isOpen()) throw new VaultError('locked');
    const target = await this.#target();
    const sealed = await this.#ask('sealJobs', names, target);
    return sealed.map((key) => ({ ...key, sealed: toBase64url(key.sealed) }));
  }

  async receipts(): Promise<readonly JobReceipt[]> {
    if (!this.#isOpen()) throw new VaultError('locked');
    const { user, receipts } = await this.#unlessLocked(this.#platform.receipts());
    this.#showUser(user);
    return this.#state.phase === 'unlocked' && this.#state.confirmedUser?.id === user.id ? receipts : [];
  }

  async settings(): Promise<AutoLockSettings> {
    return this.#ask('settings');
  }

  async setAutoLock({ idleMinutes, whenHidden }: AutoLockSettings): Promise<void> {
    await this.#ask('choose', { idleMinutes, whenHidden });
    this.#tabs.tell('settings');
  }

  activity(): void {
    const now = performance.now();
    if (!this.#isOpen() || now - this.#lastActivity < activityMs) return;
    this.#lastActivity = now;
    this.#tellWorker('activity');
    this.#tabs.tell('activity');
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    await this.#lock('asked');
    this.#closed = true;
    this.#endWorkers('superseded');
    this.#stopWatching();
    this.#tabs.close();
  }

  // ---- Workers

  async #start(reason: LockReason | null): Promise<void> {
    try {
      if (!globalThis.isSecureContext) throw new VaultError('not_secure_context');
      await this.#workers.load();
      await this.#refresh(reason);
    } catch (error) {
      this.#endWorkers('superseded');
      this.#publish({ phase: 'unavailable', error: asVaultError(error) });
    }
  }

  #assertUsable(): void {
    if (this.#closed) throw new VaultError('locked');
    if (this.#state.phase === 'unavailable') throw this.#state.error;
  }

  /** The vault worker; a fresh one where the last was ended by a lock. */
  #worker(): Running<VaultWorkerApi> {
    this.#assertUsable();
    this.#vault ??= this.#workers.vault(
      this.app,
      (notice) => {
        this.#notice(notice);
      },
      () => {
        this.#end('worker_failed');
      },
    );
    return this.#vault;
  }

  async #ask<K extends keyof VaultWorkerApi>(
    op: K,
    ...args: Parameters<VaultWorkerApi[K]>
  ): Promise<Awaited<ReturnType<VaultWorkerApi[K]>>> {
    const running = this.#worker();
    try {
      return await running.remote.call(op, ...args);
    } catch (error) {
      // The core has trapped: its memory is wiped, and it answers nothing more.
      if (isCode(error, 'worker_failed') && this.#vault === running) this.#end('worker_failed');
      throw error;
    }
  }

  /** Something that matters only to an open vault, and whose answer comes as a notice. */
  #tellWorker(op: 'check' | 'hidden' | 'activity' | 'refresh' | 'rechoose'): void {
    if (!this.#isOpen()) return;
    this.#ask(op)
      .then(() => {
        if (op === 'rechoose') this.#tellIfHidden();
      })
      .catch((error: unknown) => {
        // A tab that can't follow what another one wrote must not go on.
        if (!isCode(error, 'locked') && !isCode(error, 'superseded')) this.#end('other_tab');
      });
  }

  /** For a page that was hidden before the vault was open, or before it was to lock when hidden: no event will say so. */
  #tellIfHidden(): void {
    if (document.visibilityState === 'hidden') this.#tellWorker('hidden');
  }

  /** One derivation in a worker of its own, with what was foreseen where that was prepared. */
  async #derive<T>(
    work: (deriver: Running<DeriverApi>['remote'], foreseen: UnlockTask | null) => Promise<T>,
  ): Promise<T> {
    const prepared = this.#prepared.take();
    const deriver = prepared?.deriver ?? this.#workers.deriver(() => undefined);
    this.#deriver = deriver;
    try {
      return await work(deriver.remote, prepared?.task ?? null);
    } finally {
      deriver.end('superseded');
      if (this.#deriver === deriver) this.#deriver = null;
    }
  }

  /** Work that begins with passwords: one at a time, and only in the phase that it is for. */
  async #deriveOnce(
    passwords: readonly Uint8Array[],
    phase: VaultState['phase'],
    work: () => Promise<void>,
  ): Promise<void> {
    try {
      for (const password of passwords) bytesOnly(password);
      if (this.#state.phase !== phase) throw new VaultError(refusalIn(this.#state, phase));
      if (this.#deriving) throw new VaultError('busy');
      this.#deriving = true;
      try {
        await this.#work('deriving', work);
      } finally {
        this.#deriving = false;
      }
    } finally {
      wipe(...passwords);
    }
  }

  // ---- Locking

  #isOpen(): boolean {
    return this.#state.phase === 'unlocked';
  }

  /** Wipes in the core first, and then ends the workers. */
  async #lock(reason: LockReason): Promise<void> {
    const running = this.#vault;
    this.#deriver?.end('superseded');
    if (running !== null) await running.remote.call('lock').catch(() => undefined);
    if (this.#vault === running) this.#end(reason);
  }

  /** Ends the workers and shows the locked vault. */
  #end(reason: LockReason): void {
    this.#endWorkers('superseded');
    this.#platform.forget();
    if (!this.#isOpen()) return;
    this.#platform.report({ event: 'vault_locked', reason });
    // Whoever hears of it may end this document.
    this.#platform.sendReports();
    this.#publish({ phase: 'locked', reason, waitMs: 0 });
  }

  #endWorkers(code: 'superseded' | 'worker_failed'): void {
    this.#locks += 1;
    this.#workers.end();
    this.#prepared.end(code);
    this.#deriver?.end(code);
    this.#vault?.end(code);
    this.#deriver = null;
    this.#vault = null;
  }

  /** For what is asked elsewhere than in the workers: a lock in the meantime wins (E18). */
  #unlessLocked<T>(work: Promise<T>): Promise<T> {
    return this.#unlessLockedFromNow()(work);
  }

  #unlessLockedFromNow(): <T>(work: Promise<T>) => Promise<T> {
    const locks = this.#locks;
    return async (work) => {
      const result = await work;
      if (this.#locks !== locks) throw new VaultError('superseded');
      return result;
    };
  }

  // ---- What is heard

  #notice(notice: VaultNotice): void {
    switch (notice.kind) {
      case 'view': {
        const { records, apps, integrity, user } = notice.view;
        const platformUser = this.#state.phase === 'unlocked' ? this.#state.platformUser : this.#user;
        const locksAt = Date.now() + notice.remainingMs;
        const opened = !this.#isOpen();
        this.#publish({
          phase: 'unlocked',
          records,
          apps,
          integrity,
          confirmedUser: user,
          platformUser,
          locksAt,
        });
        if (opened) this.#tellIfHidden();
        break;
      }
      case 'deadline':
        this.#update({ locksAt: Date.now() + notice.remainingMs });
        break;
      case 'written':
        this.#tabs.tell('written');
        break;
      case 'locked':
        // Measured over all tabs, so it holds for all of them.
        if (notice.reason === 'idle') this.#tabs.tell('lock');
        this.#end(notice.reason);
        break;
    }
  }

  #hear({ kind }: TabMessage): void {
    switch (kind) {
      case 'written':
        // Its parameters may be others by now.
        this.#prepared.end('superseded');
        if (this.#isOpen()) this.#tellWorker('refresh');
        // A creation that is under way here finds out by itself, and is busy until then (E23).
        else if (this.#state.phase === 'empty' && !this.#deriving)
          void this.#refresh(null).catch(() => undefined);
        break;
      case 'deleted':
        this.#endWorkers('superseded');
        if (this.#state.phase !== 'unavailable') this.#showEmpty();
        break;
      case 'settings':
        this.#tellWorker('rechoose');
        break;
      case 'activity':
        this.#tellWorker('activity');
        break;
      case 'lock':
        void this.#lock('other_tab');
        break;
    }
  }

  // ---- State

  async #refresh(reason: LockReason | null): Promise<void> {
    const { exists, waitMs } = await this.#ask('status');
    if (this.#isOpen()) return;
    if (!exists) {
      this.#showEmpty();
      return;
    }
    this.#publish({ phase: 'locked', reason, waitMs });
    whenIdle(() => {
      if (this.#state.phase === 'locked' && this.#vault !== null) this.#rehearse();
    });
  }

  #showEmpty(): void {
    this.#publish({ phase: 'empty', platformUser: null });
    this.#learnUser(this.#platform.user().catch(() => null));
  }

  #publish(state: VaultState): void {
    this.#state = state;
    this.#listeners.tell('state', state);
  }

  #update(part: Partial<UnlockedState>): void {
    if (this.#state.phase === 'unlocked') this.#publish({ ...this.#state, ...part });
  }

  /** Null where the platform is silent. */
  #askForUser(): Promise<SignedInUser | null> {
    this.#user = null;
    const user = this.#platform.user().catch(() => null);
    void user.then((known) => {
      this.#user = known;
    });
    return user;
  }

  #learnUser(user: Promise<SignedInUser | null>): void {
    void user.then((platformUser) => {
      const { state } = this;
      if (state.phase === 'empty') this.#publish({ phase: 'empty', platformUser });
      else if (state.phase === 'unlocked' && state.platformUser !== platformUser)
        this.#update({ platformUser });
    });
  }

  async #work<T>(work: NonNullable<Progress>['work'], run: () => Promise<T>): Promise<T> {
    this.#listeners.tell('progress', { work });
    try {
      return await run();
    } finally {
      this.#listeners.tell('progress', null);
    }
  }

  // ---- Keys

  async #commonPasswords(): Promise<Uint8Array<ArrayBuffer>> {
    this.#filter ??= this.#workers.commonPasswords();
    const filter = await this.#filter;
    // It could not be had this time.
    if (filter.length === 0) this.#filter = null;
    return filter;
  }

  /** Whom keys are sealed for. Where the platform was silent before, or names someone else by now, that is shown. */
  async #target(): Promise<SealTarget> {
    const { user, target } = await this.#unlessLocked(this.#platform.target());
    this.#showUser(user);
    if (user.notOffered !== null) throw new VaultError('not_offered');
    return target;
  }

  #showUser(user: SignedInUser): void {
    if (this.#state.phase !== 'unlocked') return;
    const shown = this.#state.platformUser;
    if (shown?.id !== user.id || shown.notOffered !== user.notOffered) this.#update({ platformUser: user });
  }

  /** Tests a draft and does with it what the verdict says. */
  async #verify(draft: string, provider: string): Promise<SaveOutcome> {
    let verdict: Verdict;
    try {
      const target = await this.#target();
      const sealed = await this.#ask('sealDraft', draft, target);
      verdict = await this.#unlessLocked(this.#platform.test(provider, sealed));
    } catch (error) {
      const code = asVaultError(error).code;
      // Nobody saw the key yet: it waits, sealed, for the person's answer (E1).
      if (code === 'user_unconfirmed')
        return outcome(draft, { verdict: 'untested', saved: false, record: null, next: 'confirm_user' });
      if (!couldNotTell.has(code)) {
        await this.#ask('discard', draft).catch(() => undefined);
        throw error;
      }
      verdict = code === 'platform_unreachable' ? 'unreachable' : 'unknown';
    }
    return this.#settle(draft, this.#ask('settle', draft, verdict));
  }

  /** A key that took another one's place: no job that waits is to use the old one. */
  async #settle(draft: string, settling: Promise<Settled>): Promise<SaveOutcome> {
    const before = this.#metas();
    const settled = await settling;
    const { record } = settled;
    if (record !== null) {
      const stored = this.#metas().get(record);
      if (stored) this.#platform.report({ event: 'key_stored', provider: stored.provider });
      if (before.has(record) && before.get(record)?.updated !== stored?.updated) this.#platform.clearKeys();
    }
    return outcome(draft, settled);
  }

  #metas(): ReadonlyMap<string, RecordMeta | null> {
    const records = this.#state.phase === 'unlocked' ? this.#state.records : [];
    return new Map(records.map(({ id, meta }) => [id, meta]));
  }
}

/** Refusals of the platform that say nothing about the key: whether to save it untested is the person's choice. */
const couldNotTell: ReadonlySet<VaultErrorCode> = new Set([
  'platform_unreachable',
  'platform_refused',
  'rate_limited',
  'clock',
  'expired',
  'sealed_key_refused',
]);

function outcome(draft: string, settled: Settled): SaveOutcome {
  const kept = settled.next === 'none' ? null : draft;
  return { ...settled, draft: kept, edgesCleaned: false, alreadyThere: false, looksLike: null };
}

function toldOf(made: { edgesCleaned: boolean; alreadyThere: boolean; looksLike: string | null }): {
  edgesCleaned: boolean;
  alreadyThere: boolean;
  looksLike: string | null;
} {
  return { edgesCleaned: made.edgesCleaned, alreadyThere: made.alreadyThere, looksLike: made.looksLike };
}

function refusalIn(state: VaultState, wanted: VaultState['phase']): VaultErrorCode {
  if (state.phase === 'unavailable') return state.error.code;
  if (state.phase === 'starting') return 'busy';
  if (wanted === 'empty') return 'vault_exists';
  return state.phase === 'empty' ? 'no_vault' : wanted === 'unlocked' ? 'locked' : 'bad_argument';
}

/** Callers may be untyped JavaScript. @throws VaultError bad_argument, password_too_long. */
function bytesOnly(value: Uint8Array): Uint8Array {
  return bounded(value, maxPasswordBytes, 'password_too_long');
}

/** @throws VaultError bad_argument, key_too_long. */
function keyOnly(value: Uint8Array): Uint8Array {
  return bounded(value, maxPastedKeyBytes, 'key_too_long');
}

function bounded(value: unknown, max: number, refusal: VaultErrorCode): Uint8Array {
  if (!(value instanceof Uint8Array) || !(value.buffer instanceof ArrayBuffer))
    throw new VaultError('bad_argument');
  if (value.length > max) throw new VaultError(refusal);
  return value;
}

function text(value: unknown): string {
  if (typeof value !== 'string' || value.length > 1024) throw new VaultError('bad_argument');
  return value;
}

function isCode(error: unknown, code: VaultErrorCode): boolean {
  return error instanceof VaultError && error.code === code;
}

function asVaultError(error: unknown): VaultError {
  return error instanceof VaultError ? error : new VaultError('internal');
}
