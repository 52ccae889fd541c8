/** What the vault's document asks of its two workers. */
import type { AutoLockChoice } from '../core/auto-lock.ts';
import type { KdfParams } from '../core/deriver.ts';
import type { Draft, SealTarget, SessionView } from '../core/session.ts';
import type { LockReason, Provider, Strength, Verdict } from '../core/types.ts';
import type { AutoLockSettings, KeyShape, PlatformUser, SaveOutcome } from './api.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** `vault` holds the unlocked session, `deriver` derives keys from passwords. */
export type WorkerKind = 'vault' | 'deriver';

/** The first message to a new worker; requests follow. */
export interface WorkerStart {
  readonly module: WebAssembly.Module;
  /** The names that go with the core's numbers. */
  readonly statuses: Readonly<Record<string, number>>;
  /** The app that this vault is embedded in, by its origin; null in a page of the vault's own origin. */
  readonly app: string | null;
}

/** A key-encryption key with the parameters that it was derived with. */
export interface DerivedKey {
  readonly params: KdfParams;
  readonly kek: Bytes;
}

/** The deriver: made for one `make`, `derive` or `change`, then terminated; before it there may be one `prepare`, and any number of checks. */
export interface DeriverApi {
  /** How good a new password is. */
  check(password: Uint8Array, filter: Bytes): Strength;
  /**
   * Makes the first derivation with these parameters as fast as a second one would be, and measures this device where a new password
   * is to come. @param params the stored ones; null where nothing is stored. @throws kdf_params_refused (E25), out_of_memory.
   */
  prepare(params: KdfParams | null, forNew: boolean): void;
  /** For a new password: checks it, measures this device, and derives with parameters made for it. @throws password_* . */
  make(password: Uint8Array, filter: Bytes): DerivedKey;
  /** With stored parameters. @param renew also with today's default ones, to which a weaker vault is raised. */
  derive(password: Uint8Array, params: KdfParams, renew: boolean): { kek: Bytes; next: DerivedKey | null };
  /** The present password with stored parameters, and a new one as {@link make} does it. */
  change(
    current: Uint8Array,
    params: KdfParams,
    next: Uint8Array,
    filter: Bytes,
  ): { kek: Bytes; next: DerivedKey };
}

/** What stands in storage, without a key. */
export interface VaultStatus {
  readonly exists: boolean;
  /** Until another password may be tried (E17). */
  readonly waitMs: number;
}

/** What is needed to derive the key of a stored vault. */
export interface UnlockTask {
  readonly slot: string;
  readonly params: KdfParams;
  readonly weak: boolean;
}

export interface SealedBytes {
  readonly provider: string;
  readonly sealed: Bytes;
  readonly sealId: string;
}

/** How a draft ended: as {@link SaveOutcome}, without what only its making told. */
export type Settled = Pick<SaveOutcome, 'verdict' | 'saved' | 'record' | 'next'>;

/** The vault worker: session, auto-lock and storage. It never derives. */
export interface VaultWorkerApi {
  status(): Promise<VaultStatus>;
  providers(): readonly Provider[];
  inspectKey(key: Uint8Array): KeyShape;

  create(key: DerivedKey, user: PlatformUser | null): Promise<void>;
  /** What the vault's password will be derived with. Counts nothing. @throws no_vault. */
  foresee(): Promise<UnlockTask>;
  /** Has the engine optimise what opens records (rehearsal.ts). */
  rehearse(): Promise<void>;
  /** Counts the attempt: whatever comes of it is told once that is on the disk. @throws too_many_attempts, no_vault. */
  beginUnlock(): Promise<UnlockTask>;
  /** @throws vault_changed where another tab has put another lock on the vault since the task was read. */
  unlock(task: UnlockTask, kek: Bytes, next: DerivedKey | null): Promise<void>;
  /** The slot to derive for when the password is asked again; counted as an attempt, too. */
  beginChange(): Promise<UnlockTask>;
  changePassword(current: Bytes, next: DerivedKey): Promise<void>;
  destroy(): Promise<void>;
  /** Wipes. The answer comes before the worker is terminated. */
  lock(): void;

  /** @param allowApp with the key, the embedding app may use keys, once it is stored. */
  draft(provider: string, key: Uint8Array, label: string, allowApp: boolean): Draft;
  retarget(draft: string, provider: string): Draft;
  discard(draft: string): void;
  sealDraft(draft: string, target: SealTarget): Bytes;
  /** Stores, keeps or discards a draft, as the verdict of its test says. */
  settle(draft: string, verdict: Verdict): Promise<Settled>;
  saveUntested(draft: string): Promise<Settled>;

  sealTest(record: string, target: SealTarget): SealedBytes;
  setVerdict(record: string, verdict: Verdict): Promise<void>;
  remove(record: string): Promise<void>;
  setLabel(record: string, label: string): Promise<void>;
  confirmUser(user: PlatformUser): Promise<void>;
  repair(): Promise<void>;
  /** Lets the embedding app have keys sealed. @throws bad_argument where there is none, too_many_apps. */
  allowApp(): Promise<void>;
  revokeApp(origin: string): Promise<void>;
  /** @throws no_key where one is missing; for an embedding app also app_not_allowed, rate_limited. */
  sealJobs(providers: readonly string[], target: SealTarget): Promise<SealedBytes[]>;

  settings(): Promise<AutoLockSettings>;
  choose(choice: AutoLockChoice): Promise<void>;
  /** Reads again what the settings in storage say. */
  rechoose(): Promise<void>;
  activity(): void;
  hidden(): void;
  /** The deadline is looked at (E19). */
  check(): void;
  /** Another tab wrote. */
  refresh(): Promise<void>;
}

/** What the vault worker says unasked. */
export type VaultNotice =
  | { readonly kind: 'view'; readonly view: SessionView; readonly remainingMs: number }
  | { readonly kind: 'deadline'; readonly remainingMs: number }
  | { readonly kind: 'written' }
  /** Wiped already. */
  | { readonly kind: 'locked'; readonly reason: LockReason };
