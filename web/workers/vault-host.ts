/**
 * Session, auto-lock and storage, as one thing that the document asks. Every use of the session looks at the deadline first
 * (E19). A lock may come in the middle of any of it: then the work stops with `superseded`, and nothing of it is published (E18).
 */
import type { AutoLockAnswer, CoreAutoLock } from '../core/auto-lock.ts';
import type { Attempts, Core } from '../core/core.ts';
import { VaultError } from '../core/vault-error.ts';
import type { Change, CoreSession, SealTarget, Snapshot } from '../core/session.ts';
import { fromHex } from '../core/bundle.ts';
import type { LockReason, Verdict } from '../core/types.ts';
import type { AutoLockSettings } from '../vault/api.ts';
import type { Connection } from '../vault/database.ts';
import type {
  DerivedKey,
  SealedBytes,
  Settled,
  UnlockTask,
  VaultNotice,
  VaultWorkerApi,
} from '../vault/protocol.ts';
import { Store } from '../vault/store.ts';
import { rehearse } from './rehearsal.ts';

/** An unlocked vault. */
interface Open {
  readonly session: CoreSession;
  readonly autoLock: CoreAutoLock;
  readonly slot: string;
}

/** A password's slots; passkeys and recovery kits get the next numbers. */
const passwordKind = 1;
/** Timers may be early by a little; the core decides. */
const timerSlackMs = 20;
const maxTimerMs = 60_000;

export class VaultHost {
  /** Says something to the document. */
  tell: (notice: VaultNotice) => void = () => undefined;

  readonly #core: Core;
  readonly #store: Store;
  readonly #app: string | null;
  #open: Open | null = null;
  /** The write of the last attempt. */
  #counted: Promise<void> = Promise.resolve();
  /** What is stored, read while the key for it is derived. */
  #ahead: Promise<Snapshot> | null = null;
  #rehearsed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param app the origin of the app that the vault is embedded in. It can't be changed: whatever is sealed here for a job is
   *  sealed for this app, whoever calls. */
  constructor(core: Core, connection: Connection, app: string | null) {
    this.#core = core;
    this.#app = app;
    this.#store = new Store(connection, (manifest) => core.readManifest(manifest));
  }

  readonly operations: VaultWorkerApi = {
    status: async () => {
      const found = await this.#store.readLocked();
      if (found === null) return { exists: false, waitMs: 0 };
      return { exists: true, waitMs: this.#core.attempts(found.attempts, Date.now()).waitMs };
    },
    providers: () => this.#core.providers(),
    inspectKey: (key) => {
      const { looksLike, notForInference } = this.#core.inspectKey(key);
      return { looksLike, notForInference };
    },

    create: async ({ params, kek }, user) => {
      const { session, change } = this.#core.create(params, kek, user);
      try {
        await this.#store.exclusively(() => this.#store.apply(change));
        session.commit();
        const slot = this.#passwordSlot(change.header ?? new Uint8Array(0));
        this.#begin(session, slot.slot, await this.#store.settings());
      } catch (error) {
        session.lock();
        throw error;
      }
      this.tell({ kind: 'written' });
    },
    foresee: async () => this.#passwordSlot((await this.#readLocked()).header),
    rehearse: async () => {
      if (this.#rehearsed) return;
      this.#rehearsed = true;
      const steps = rehearse(this.#core);
      while (steps.next().done !== true && this.#open === null) await nextTask();
    },
    beginUnlock: async () => {
      const task = await this.#beginAttempt();
      this.#ahead = this.#read();
      this.#ahead.catch(() => undefined);
      return task;
    },
    unlock: async ({ slot, params }, kek, next) => {
      const { stored, settings } = await this.#readAfterwards();
      await this.#counted;
      const now = this.#passwordSlot(stored.header);
      // Another tab changed the password or raised the parameters: to say that this password is wrong would be untrue.
      if (now.slot !== slot || indexedDB.cmp(now.params, params) !== 0) {
        // It was not tried, and is not counted.
        await this.#count(({ failed, last }) => ({ failed: Math.max(failed - 1, 0), last }));
        throw new VaultError('vault_changed');
      }
      const session = this.#core.unlock(stored, slot, kek);
      try {
        this.#begin(session, slot, settings);
      } catch (error) {
        session.lock();
        throw error;
      }
      // A damaged vault is not copied over what may be the last good copy of it.
      const isIntact = session.view().integrity === 'ok';
      // Whoever could open it waits for nothing but, where the count stayed, after the next mistake.
      await this.#count(() => ({ failed: 0, last: 0 })).catch(() => undefined);
      if (next !== null) await this.#raise(kek, next);
      if (isIntact) void this.#store.exclusively(() => this.#store.keepSpare()).catch(() => undefined);
    },
    beginChange: () => {
      this.#use();
      return this.#beginAttempt();
    },
    changePassword: async (current, next) => {
      await this.#counted;
      const { slot } = this.#use();
      await this.#write((session) => session.changePassword(slot, current, next.kek, next.params));
      await this.#count(() => ({ failed: 0, last: 0 }));
    },
    destroy: async () => {
      // Wiped after it: where nothing could be deleted, the vault stays as open as the page shows it.
      await this.#store.exclusively(() => this.#store.clear());
      this.#wipe();
    },
    lock: () => {
      this.#wipe();
    },

    draft: (provider, key, label, allowApp) =>
      this.#use().session.draft(provider, key, label, Date.now(), allowApp ? this.#app : null),
    retarget: (draft, provider) => this.#use().session.retarget(draft, provider),
    discard: (draft) => {
      this.#use().session.discard(draft);
    },
    sealDraft: (draft, target) => this.#use().session.sealDraft(draft, target).sealed,
    settle: (draft, verdict) => this.#settle(draft, verdict),
    saveUntested: (draft) => this.#accept(draft, 'untested'),

    sealTest: (record, target) => {
      const { session } = this.#use();
      const provider = session.view().records.find(({ id }) => id === record)?.meta?.provider;
      if (provider === undefined) throw new VaultError('record_unknown');
      return { provider, ...session.seal(record, 'test', target) };
    },
    setVerdict: (record, verdict) =>
      this.#change((session) => session.setVerdict(record, verdict, Date.now())),
    remove: (record) => this.#change((session) => session.remove(record)),
    setLabel: (record, label) => this.#change((session) => session.setLabel(record, label)),
    confirmUser: (user) => this.#change((session) => session.confirmUser(user)),
    repair: () => this.#change((session) => session.repair()),
    allowApp: () =>
      this.#change((session) => {
        if (this.#app === null) throw new VaultError('bad_argument');
        return session.grantApp(this.#app, Date.now());
      }),
    revokeApp: (origin) => this.#change((session) => session.revokeApp(origin)),
    sealJobs: async (providers, target) => {
      if (this.#app !== null) return this.#sealForApp(this.#app, providers, target);
      const { session } = this.#use();
      const { records } = session.view();
      return providers.map((provider) => {
        const record = records.find(({ state, meta }) => state === 'ok' && meta?.provider === provider);
        if (record === undefined) throw new VaultError('no_key');
        return { provider, ...session.seal(record.id, 'job', target) };
      });
    },

    settings: () => this.#store.settings(),
    choose: async ({ idleMinutes, whenHidden }) => {
      const open = this.#use();
      this.#heed(open.autoLock.choose({ idleMinutes, whenHidden }));
      this.#still(open);
      // The core has just accepted it.
      await this.#store.putSettings({ idleMinutes: idleMinutes as 1 | 5 | 15 | 30 | 60, whenHidden });
    },
    rechoose: async () => {
      const open = this.#use();
      const choice = await this.#store.settings();
      this.#still(open);
      this.#heed(open.autoLock.choose(choice));
    },
    activity: () => {
      if (this.#open !== null) this.#heed(this.#open.autoLock.activity());
    },
    hidden: () => {
      if (this.#open !== null) this.#heed(this.#open.autoLock.hidden());
    },
    check: () => {
      if (this.#open !== null) this.#heed(this.#open.autoLock.check());
    },
    refresh: async () => {
      const open = this.#open;
      if (open === null) return;
      await this.#store.exclusively(() => this.#reload(open));
      this.#show(open);
    },
  };

  /** The open vault, if its deadline has not passed. */
  #use(): Open {
    if (this.#open !== null) this.#heed(this.#open.autoLock.check());
    if (this.#open === null) throw new VaultError('locked');
    return this.#open;
  }

  /** After a pause: is it still the same open vault? */
  #still(open: Open): void {
    if (this.#open !== open) throw new VaultError('superseded');
  }

  #heed({ reason, remainingMs }: AutoLockAnswer): void {
    if (reason !== null) {
      this.#lock(reason);
      return;
    }
    this.tell({ kind: 'deadline', remainingMs });
    this.#wake(remainingMs);
  }

  #wake(remainingMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        if (this.#open !== null) this.#heed(this.#open.autoLock.check());
      },
      Math.min(remainingMs + timerSlackMs, maxTimerMs),
    );
  }

  #wipe(): void {
    clearTimeout(this.#timer);
    this.#open?.session.lock();
    this.#open?.autoLock.free();
    this.#open = null;
  }

  #lock(reason: LockReason): void {
    this.#wipe();
    this.tell({ kind: 'locked', reason });
  }

  async #read(): Promise<Snapshot> {
    const snapshot = await this.#store.read();
    if (snapshot === null) throw new VaultError('no_vault');
    return snapshot;
  }

  #passwordSlot(header: Uint8Array): UnlockTask {
    const slot = this.#core.readHeader(header).slots.find(({ kind }) => kind === passwordKind);
    if (slot === undefined) throw new VaultError('header_damaged');
    return { slot: slot.id, params: fromHex(slot.kdf), weak: slot.weak };
  }

  async #readLocked(): Promise<{ header: Uint8Array; attempts: Attempts }> {
    const found = await this.#store.readLocked();
    if (found === null) throw new VaultError('no_vault');
    return found;
  }

  /**
   * The attempt is written while its key is derived, and is on the disk before anyone is told what comes of it: killing the tab saves
   * none.
   */
  async #beginAttempt(): Promise<UnlockTask> {
    const { header, attempts } = await this.#readLocked();
    const task = this.#passwordSlot(header);
    const counting = (before: Attempts): Attempts => {
      const { waitMs, next } = this.#core.attempts(before, Date.now());
      if (waitMs > 0) throw new VaultError('too_many_attempts');
      return next;
    };
    counting(attempts);
    this.#counted = this.#count(counting);
    // Told by what waits for it.
    this.#counted.catch(() => undefined);
    return task;
  }

  /** What is stored now: what was read while the key was derived, unless it was changed since. */
  async #readAfterwards(): Promise<{ stored: Snapshot; settings: AutoLockSettings }> {
    const ahead = await (this.#ahead ?? this.#read());
    this.#ahead = null;
    const { unchanged, settings } = await this.#store.readSince(ahead);
    return { stored: unchanged ? ahead : await this.#read(), settings };
  }

  /** A full disk keeps nobody out: the wait slows a person at the keyboard, and what is full must be openable to delete from it. */
  async #count(next: (attempts: Attempts) => Attempts): Promise<void> {
    try {
      await this.#store.countAttempt(next);
    } catch (error) {
      if (!(error instanceof VaultError) || error.code !== 'storage_full') throw error;
    }
  }

  #begin(session: CoreSession, slot: string, choice: AutoLockSettings): void {
    this.#wipe();
    const open = { session, autoLock: this.#core.autoLock(choice), slot };
    this.#open = open;
    this.#show(open);
  }

  #show(open: Open): void {
    this.#still(open);
    const { reason, remainingMs } = open.autoLock.check();
    if (reason !== null) {
      this.#lock(reason);
      return;
    }
    this.tell({ kind: 'view', view: open.session.view(), remainingMs });
    this.#wake(remainingMs);
  }

  async #change(make: (session: CoreSession) => Change | null): Promise<void> {
    await this.#write(make);
  }

  /** One change, written or not at all. Where another tab was faster it is read again, and the change is made once more (E4). */
  async #write(make: (session: CoreSession) => Change | null): Promise<Change | null> {
    const open = this.#use();
    const change = await this.#store.exclusively(async () => {
      // Waiting for the other tabs may have taken longer than the vault may stay open (E19).
      if (this.#use() !== open) throw new VaultError('superseded');
      try {
        return await this.#attempt(open, make);
      } catch (error) {
        if (!(error instanceof VaultError) || error.code !== 'vault_changed') throw error;
        await this.#reload(open);
        return this.#attempt(open, make);
      }
    });
    this.#show(open);
    if (change !== null) this.tell({ kind: 'written' });
    return change;
  }

  async #attempt(open: Open, make: (session: CoreSession) => Change | null): Promise<Change | null> {
    const change = make(open.session);
    if (change === null) return null;
    try {
      await this.#store.apply(change);
    } catch (error) {
      this.#still(open);
      open.session.rollback();
      throw error;
    }
    this.#still(open);
    open.session.commit();
    return change;
  }

  /**
   * The use is on disk before the app has the keys: a script could end the vault right after it was served. No other tab writes
   * meanwhile, and what one wrote before is read first. So a permission that was revoked anywhere is refused here, and no seal is
   * made twice. A full disk keeps no one from using their keys; then that use is not counted.
   */
  async #sealForApp(app: string, providers: readonly string[], target: SealTarget): Promise<SealedBytes[]> {
    const open = this.#use();
    try {
      return await this.#store.exclusively(async () => {
        const stored = await this.#store.revision();
        if (this.#use() !== open) throw new VaultError('superseded');
        if (stored !== open.session.view().revision) await this.#reload(open);
        const clocks = { mono: performance.now(), wall: Date.now() };
        const { keys, change } = open.session.sealForApp(app, providers, target, clocks);
        try {
          await this.#store.applyUse(change);
          this.#still(open);
          open.session.commit();
          this.tell({ kind: 'written' });
        } catch (error) {
          this.#still(open);
          open.session.rollback();
          if (!(error instanceof VaultError) || error.code !== 'storage_full') throw error;
        }
        return keys.map((key, i) => ({ provider: providers[i] ?? '', ...key }));
      });
    } finally {
      // Also where it was refused: what was read may be why.
      if (this.#open === open) this.#show(open);
    }
  }

  async #reload(open: Open): Promise<void> {
    const snapshot = await this.#store.read();
    this.#still(open);
    try {
      if (snapshot === null) throw new VaultError('vault_changed');
      open.session.reload(snapshot);
    } catch (error) {
      if (!(error instanceof VaultError) || error.code !== 'vault_changed') throw error;
      this.#lock(snapshot === null ? 'other_tab' : 'password_changed');
      throw new VaultError('locked');
    }
  }

  /** Raises a vault with weak parameters to today's. A vault that can't be rewritten now is raised another time. */
  async #raise(kek: Uint8Array, next: DerivedKey): Promise<void> {
    const { slot } = this.#use();
    try {
      await this.#write((session) => session.changePassword(slot, kek, next.kek, next.params));
    } catch (error) {
      if (this.#open === null) throw error;
    }
  }

  async #settle(draft: string, verdict: Verdict): Promise<Settled> {
    const kept = { verdict, saved: false, record: null };
    switch (this.#core.storeDecision(verdict)) {
      case 'store':
      case 'store_warned':
        return this.#accept(draft, verdict);
      case 'offer_switch':
        return { ...kept, next: 'switch_provider' };
      case 'ask':
        return { ...kept, next: 'save_untested' };
      case 'refuse':
        this.#use().session.discard(draft);
        return { ...kept, next: 'none' };
    }
  }

  async #accept(draft: string, verdict: Verdict): Promise<Settled> {
    const change = await this.#write((session) => session.accept(draft, verdict, Date.now()));
    return { verdict, saved: true, record: change?.put[0]?.id ?? null, next: 'none' };
  }
}

/** What was asked for meanwhile comes first. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve);
  });
}
