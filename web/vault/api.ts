/**
 * The vault as a page sees it. Both forms of the product speak it: the vault's own site (inside its frame) and
 * `import { Vault } from 'byok-vault'` in an app's own page. No call and no event returns a provider key.
 *
 * Ownership: every `Uint8Array` that is handed in carries a secret and changes hands. It is transferred to the vault's worker
 * (the caller's view becomes empty), or filled with 0 where the call is refused before that.
 *
 * Errors: every promise rejects with a {@link VaultError} and nothing else.
 */
import type { VaultError } from '../core/errors.ts';
import type { Credential, RouteReason } from '../core/route.ts';
import type { AppPermission, LockReason, Provider, RecordView, Strength, Verdict } from '../core/types.ts';

/** What the vault is doing. A new object for every change. */
export type VaultState =
  | { readonly phase: 'starting' }
  /** The browser can't hold a vault (E9, E10, E36); nothing is ever stored in clear instead. */
  | { readonly phase: 'unavailable'; readonly error: VaultError }
  /** No vault is stored here. `platformUser`: whom keys would be used for; null where it could not be asked. */
  | { readonly phase: 'empty'; readonly platformUser: SignedInUser | null }
  | {
      readonly phase: 'locked';
      /** Why it locked, where it was unlocked before in this document. */
      readonly reason: LockReason | null;
      /** Milliseconds until another password may be tried (E17); 0 = now. */
      readonly waitMs: number;
    }
  | UnlockedState;

export interface UnlockedState {
  readonly phase: 'unlocked';
  readonly records: readonly RecordView[];
  /** Who may have keys sealed. */
  readonly apps: readonly AppPermission[];
  /** 'ok', 'manifest_damaged' or 'record_damaged' (E24): the panel offers `repair`. */
  readonly integrity: 'ok' | 'manifest_damaged' | 'record_damaged';
  /** Whom keys may be used for; null until someone was confirmed. */
  readonly confirmedUser: PlatformUser | null;
  /** Who the platform says is signed in; null where it could not be asked. */
  readonly platformUser: SignedInUser | null;
  /** `Date.now()`-based time at which the vault locks unless someone acts. */
  readonly locksAt: number;
}

export interface PlatformUser {
  readonly id: string;
  readonly name: string;
}

/** Why a platform does not let someone bring keys of their own at present (E7): the plan, the country, or a choice of its own. */
export const offerReasons = ['plan', 'region', 'platform'] as const;
export type OfferReason = (typeof offerReasons)[number];

export interface SignedInUser extends PlatformUser {
  /** Stored keys stay as they are and none is tested or used; null where keys are used. */
  readonly notOffered: OfferReason | null;
}

/** Long work under way, for a progress line. `null` = none. */
export type Progress = { readonly work: 'deriving' | 'testing' | 'saving' } | null;

export interface VaultEvents {
  state: VaultState;
  progress: Progress;
}

/** How `Verify and save` ended. */
export interface SaveOutcome {
  readonly verdict: Verdict;
  /** True where the key is stored now. */
  readonly saved: boolean;
  /** The record, where saved. */
  readonly record: string | null;
  /** What can be done next where it was not saved; the draft is kept, sealed, until accepted, discarded or locked.
   *  `confirm_user`: it can be tested, by {@link VaultService.verifyDraft}, once the platform's user is confirmed. */
  readonly next: 'none' | 'save_untested' | 'switch_provider' | 'confirm_user';
  readonly draft: string | null;
  /** Edges were cleaned (E28), the same key was there already (E3). */
  readonly edgesCleaned: boolean;
  readonly alreadyThere: boolean;
  /** Which provider the key looks like, where not this one (E12). */
  readonly looksLike: string | null;
}

/** What the shape of an entered key says; hints, never a refusal (E12). */
export interface KeyShape {
  readonly looksLike: string | null;
  readonly notForInference: boolean;
}

export interface AutoLockSettings {
  readonly idleMinutes: 1 | 5 | 15 | 30 | 60;
  readonly whenHidden: boolean;
}

/** A provider key sealed to the platform, base64url, with its public seal id (hex). */
export interface SealedKey {
  readonly provider: string;
  readonly sealed: string;
  readonly sealId: string;
}

/** What became of one job of the user's, as the platform tells it. */
export interface JobReceipt {
  readonly provider: string;
  /** When it ended: milliseconds since 1970 by this device's clock. */
  readonly at: number;
  readonly outcome: 'served' | 'refused' | 'failed';
  /** Whose key the answer came by, or was to. */
  readonly credential: Credential;
  /** The last thing that kept the user's key from serving; `as_asked` where nothing did. */
  readonly reason: RouteReason;
  /** Calls of the provider. */
  readonly attempts: number;
}

export interface VaultService {
  readonly state: VaultState;
  /** The app that the vault is embedded in, by the origin that the browser names; null in a page of the vault's own origin. */
  readonly app: string | null;
  /** @returns a function that ends the subscription. */
  on<K extends keyof VaultEvents>(event: K, listener: (value: VaultEvents[K]) => void): () => void;

  /** The catalogue, in the order of the panel. Works locked. @throws what the state `unavailable` says. */
  providers(): Promise<readonly Provider[]>;
  /** Estimates a password; 0..1024 bytes of UTF-8. Loads the common-password filter on first use. */
  checkPassword(password: Uint8Array): Promise<Strength>;
  /** @throws password_* , vault_exists (E23), storage_* . Confirms the platform's present user, where one is known. */
  create(password: Uint8Array): Promise<void>;
  /**
   * For when the first letter of a password is typed: `create`, `unlock` or `changePassword`, whichever the state allows, then is
   * faster. What is held for that is given back after a minute, when the page is hidden, and by a lock.
   */
  prepare(): void;
  /** @throws wrong_password, too_many_attempts, header_damaged, newer_format, superseded; vault_changed where another tab changed
   *  the password or its parameters meanwhile: ask for it again. */
  unlock(password: Uint8Array): Promise<void>;
  /**
   * Wipes and ends the session: `here`, in this document; `tabs`, in every tab. `everywhere` is for a person who locks or logs out:
   * the platform forgets their keys too, so that jobs still waiting don't use them. Otherwise it has them for up to 300 s.
   */
  lock(scope: 'here' | 'tabs' | 'everywhere'): Promise<void>;
  /** @throws wrong_password, password_*, record_damaged. Re-seals everything under a new vault key (E8). */
  changePassword(current: Uint8Array, next: Uint8Array): Promise<void>;
  /** Deletes the vault. The caller has asked for the typed confirmation. Works locked and unlocked. */
  startOver(): Promise<void>;

  /** Shape of a key being entered. */
  inspectKey(key: Uint8Array): Promise<KeyShape>;
  /** Cleans, seals as a draft, tests, and stores if the verdict says so (architecture: Verdicts). With `allowApp`
   *  the embedding app may use keys once it is stored: for a person who was told so and saw what they pressed. */
  verifyAndSave(
    provider: string,
    key: Uint8Array,
    options?: { label?: string; allowApp?: boolean },
  ): Promise<SaveOutcome>;
  /** Stores a draft whose test could not tell. */
  saveUntested(draft: string): Promise<SaveOutcome>;
  /** Tests and stores a kept draft: for the provider that its shape names, or for its own one once the user is confirmed. */
  verifyDraft(draft: string, provider: string): Promise<SaveOutcome>;
  discardDraft(draft: string): Promise<void>;

  /** Tests a stored key. The verdict is stored unless it says nothing about the key (E30). */
  test(record: string): Promise<Verdict>;
  remove(record: string): Promise<void>;
  setLabel(record: string, label: string): Promise<void>;
  /** Keys will be used for this user from now on. @param id of the user whom the person was asked about.
   *  @throws user_unconfirmed where the platform names someone else by now: the state says whom. */
  confirmUser(id: string): Promise<void>;
  /** Accepts what is readable and forgets what is not (E24). */
  repair(): Promise<void>;

  /** Lets the embedding app have keys sealed. The caller has asked the person. @throws too_many_apps; bad_argument where there is
   *  no app. */
  allowApp(): Promise<void>;
  /** What was sealed before stays good until it ends. @param origin of an app in the state's list. */
  revokeApp(origin: string): Promise<void>;
  /**
   * Seals one key for each provider, for jobs of the confirmed user, for at most 300 s. For an embedding app only with
   * permission, at most 30 times a minute, and counted. A page of the vault's own origin is asked for no permission: it could
   * give itself one.
   * @throws locked, no_key (names none of what is stored), user_unconfirmed, not_offered, platform_unreachable; app_not_allowed,
   * rate_limited for an embedding app.
   */
  seal(providers: readonly string[]): Promise<SealedKey[]>;

  /**
   * What became of the confirmed user's last jobs, newest first; none while someone else is signed in.
   * @throws locked, platform_unreachable, platform_refused, rate_limited.
   */
  receipts(): Promise<readonly JobReceipt[]>;

  settings(): Promise<AutoLockSettings>;
  setAutoLock(settings: AutoLockSettings): Promise<void>;
  /** Someone acted: pointer, key or touch. Throttled inside; refused once the deadline has passed (E19). */
  activity(): void;
  /** Ends workers and channels; locks. */
  close(): Promise<void>;
}
