/** An unlocked vault in the core (include/byok/session.h): the only thing that holds the vault key. */
import { fromHex, toHex } from './bundle.ts';
import { FullCall as Call } from './full-call.ts';
import { statusName, VaultError } from './vault-error.ts';
import type { VaultExports } from './exports.ts';
import type { KdfParams } from './deriver.ts';
import {
  recordStates,
  verdicts,
  type AppPermission,
  type RecordMeta,
  type RecordView,
  type Verdict,
} from './types.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A record as it is stored: ciphertext under the id of its row. */
export interface StoredRecord {
  /** 32 hex characters. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** Everything that is stored, as read in one transaction. */
export interface Snapshot {
  readonly header: Uint8Array;
  readonly manifest: Uint8Array;
  readonly records: readonly StoredRecord[];
}

/** What must be written, all or nothing, provided that the stored revision is still `expectedRevision` (0 = nothing stored). */
export interface Change {
  readonly expectedRevision: number;
  readonly revision: number;
  /** Null where the header stays as it is. */
  readonly header: Bytes | null;
  readonly manifest: Bytes;
  readonly put: readonly StoredRecord[];
  readonly remove: readonly string[];
}

export interface SessionView {
  readonly revision: number;
  readonly integrity: 'ok' | 'manifest_damaged' | 'record_damaged';
  readonly user: { readonly id: string; readonly name: string } | null;
  readonly records: readonly RecordView[];
  /** Who may have keys sealed; nobody where the manifest is damaged. */
  readonly apps: readonly AppPermission[];
}

export interface Draft {
  readonly draft: string;
  readonly edgesCleaned: boolean;
  readonly alreadyThere: boolean;
  readonly looksLike: string | null;
  readonly notForInference: boolean;
}

/** Whom a key is sealed for, as the vault's own origin says. */
export interface SealTarget {
  /** X25519, 32 bytes. */
  readonly platform: Uint8Array;
  readonly user: string;
  /** The platform's time, milliseconds since 1970 (E39). */
  readonly now: number;
}

export interface Sealed {
  readonly sealed: Bytes;
  /** 32 hex characters; public. */
  readonly sealId: string;
}

/** The clocks of this device, in milliseconds. */
export interface Clocks {
  readonly mono: number;
  readonly wall: number;
}

export class CoreSession {
  readonly #core: VaultExports;
  readonly #handle: number;

  private constructor(core: VaultExports, handle: number) {
    this.#core = core;
    this.#handle = handle;
  }

  /** @param user confirmed with the creation; null = nobody yet. @throws VaultError kdf_params_refused, bad_argument. */
  static create(
    core: VaultExports,
    params: KdfParams,
    kek: Uint8Array,
    user: { id: string; name: string } | null,
  ): { session: CoreSession; change: Change } {
    return Call.run(core, (call) => {
      const { id, name } = user ?? { id: '', name: '' };
      const args = [...call.bytes(params), ...call.bytes(kek), ...call.text(id), ...call.text(name)] as const;
      call.check(core.byok_session_create(...args, call.handleOut(), call.out()));
      const session = new CoreSession(core, call.takeHandle());
      return { session, change: changeOf(call.takeBundle()) };
    });
  }

  /** @throws VaultError wrong_password, header_damaged, newer_format, kdf_params_refused. */
  static unlock(core: VaultExports, snapshot: Snapshot, slot: string, kek: Uint8Array): CoreSession {
    const stored = putSnapshot(core, snapshot);
    return Call.run(core, (call) => {
      const args = [...call.id(slot), ...call.bytes(kek)] as const;
      call.check(core.byok_session_unlock(stored, ...args, call.handleOut()));
      return new CoreSession(core, call.takeHandle());
    });
  }

  /** Locks: the vault key and all drafts are wiped. Twice is fine. Every later call is refused: bad_handle. */
  lock(): void {
    this.#core.byok_session_free(this.#handle);
  }

  view(): SessionView {
    return Call.run(this.#core, (call) =>
      viewOf(call.check(this.#core.byok_session_view(this.#handle, call.out())).takeJson() as Shown),
    );
  }

  /** @param app the origin of the app that is allowed with the key once it is stored; null = none.
   *  @throws VaultError key_empty, key_too_long, key_bad_character, label_refused, unknown_provider. */
  draft(provider: string, key: Uint8Array, label: string, now: number, app: string | null): Draft {
    return this.#draft((call) => {
      const args = [
        ...call.text(provider),
        ...call.text(label),
        ...call.bytes(key),
        ...call.text(app ?? ''),
      ] as const;
      return this.#core.byok_session_draft(this.#handle, ...args, now, call.out());
    });
  }

  /** @throws VaultError draft_unknown, unknown_provider, busy. */
  retarget(draft: string, provider: string): Draft {
    return this.#draft((call) =>
      this.#core.byok_session_retarget(this.#handle, ...call.id(draft), ...call.text(provider), call.out()),
    );
  }

  discard(draft: string): void {
    Call.run(this.#core, (call) => {
      call.check(this.#core.byok_session_discard(this.#handle, ...call.id(draft)));
    });
  }

  /** @throws VaultError draft_unknown, too_many_records, bad_argument for a verdict that is never stored; as every change: busy,
   *  manifest_damaged. */
  accept(draft: string, verdict: Verdict, now: number): Change {
    return this.#change((call) =>
      this.#core.byok_session_accept(
        this.#handle,
        ...call.id(draft),
        verdicts.indexOf(verdict),
        now,
        call.out(),
      ),
    );
  }

  /** @throws VaultError record_unknown. */
  remove(record: string): Change {
    return this.#change((call) =>
      this.#core.byok_session_remove(this.#handle, ...call.id(record), call.out()),
    );
  }

  /** @throws VaultError record_unknown, record_damaged, label_refused. */
  setLabel(record: string, label: string): Change {
    return this.#change((call) =>
      this.#core.byok_session_set_label(this.#handle, ...call.id(record), ...call.text(label), call.out()),
    );
  }

  /** @returns null where the verdict says nothing about the key (E30). */
  setVerdict(record: string, verdict: Verdict, now: number): Change | null {
    return this.#changeIfAny((call) => {
      const number = verdicts.indexOf(verdict);
      return this.#core.byok_session_set_verdict(this.#handle, ...call.id(record), number, now, call.out());
    });
  }

  /** @returns null where the app is allowed already. @throws VaultError too_many_apps, bad_argument for what is no origin. */
  grantApp(origin: string, now: number): Change | null {
    return this.#changeIfAny((call) =>
      this.#core.byok_session_grant_app(this.#handle, ...call.text(origin), now, call.out()),
    );
  }

  /** @returns null where the app is not allowed. */
  revokeApp(origin: string): Change | null {
    return this.#changeIfAny((call) =>
      this.#core.byok_session_revoke_app(this.#handle, ...call.text(origin), call.out()),
    );
  }

  confirmUser({ id, name }: { id: string; name: string }): Change {
    return this.#change((call) =>
      this.#core.byok_session_confirm_user(this.#handle, ...call.text(id), ...call.text(name), call.out()),
    );
  }

  /** Accepts what opens and forgets what does not (E24). */
  repair(): Change {
    return this.#change((call) => this.#core.byok_session_repair(this.#handle, call.out()));
  }

  /** @throws VaultError wrong_password, kdf_params_refused, record_damaged, manifest_damaged. */
  changePassword(slot: string, current: Uint8Array, next: Uint8Array, nextParams: KdfParams): Change {
    return this.#change((call) =>
      this.#core.byok_session_change_password(
        this.#handle,
        ...call.id(slot),
        ...call.bytes(current),
        ...call.bytes(next),
        ...call.bytes(nextParams),
        call.out(),
      ),
    );
  }

  /** @throws VaultError user_unconfirmed, record_unknown, record_damaged, platform_key_refused. */
  seal(record: string, purpose: 'test' | 'job', { platform, user, now }: SealTarget): Sealed {
    return this.#seal((call) => {
      const forJob = purpose === 'job' ? 1 : 0;
      const target = [...call.bytes(platform), ...call.text(user), now] as const;
      return this.#core.byok_session_seal(this.#handle, ...call.id(record), forJob, ...target, call.out());
    });
  }

  /** One key for each provider, for an app, with the counted use to be written. @throws VaultError app_not_allowed, rate_limited,
   *  no_key, user_unconfirmed, unknown_provider, platform_key_refused; busy, manifest_damaged. */
  sealForApp(
    origin: string,
    providers: readonly string[],
    { platform, user, now }: SealTarget,
    { mono, wall }: Clocks,
  ): { keys: Sealed[]; change: Change } {
    return Call.run(this.#core, (call) => {
      const status = this.#core.byok_session_seal_for_app(
        this.#handle,
        ...call.text(origin),
        ...call.texts(providers),
        ...call.bytes(platform),
        ...call.text(user),
        now,
        mono,
        wall,
        call.out(),
      );
      const items = call.check(status).takeBundle();
      const keys = providers.map((_, i) => sealedOf(items.slice(2 * i, 2 * i + 2)));
      return { keys, change: changeOf(items.slice(2 * providers.length)) };
    });
  }

  /** For its test. @throws VaultError user_unconfirmed, draft_unknown, platform_key_refused. */
  sealDraft(draft: string, { platform, user, now }: SealTarget): Sealed {
    return this.#seal((call) => {
      const target = [...call.bytes(platform), ...call.text(user), now] as const;
      return this.#core.byok_session_seal_draft(this.#handle, ...call.id(draft), ...target, call.out());
    });
  }

  /** The pending change is on disk. */
  commit(): void {
    Call.run(this.#core, (call) => call.check(this.#core.byok_session_commit(this.#handle)));
  }

  /** The pending change was not written. */
  rollback(): void {
    Call.run(this.#core, (call) => call.check(this.#core.byok_session_rollback(this.#handle)));
  }

  /** Another tab changed the store. @throws VaultError vault_changed where this session's key no longer opens it. */
  reload(snapshot: Snapshot): void {
    const stored = putSnapshot(this.#core, snapshot);
    Call.run(this.#core, (call) => {
      call.check(this.#core.byok_session_reload(this.#handle, stored));
    });
  }

  #draft(ask: (call: Call) => number): Draft {
    return Call.run(this.#core, (call) => call.check(ask(call)).takeJson() as Draft);
  }

  #change(ask: (call: Call) => number): Change {
    return Call.run(this.#core, (call) => changeOf(call.check(ask(call)).takeBundle()));
  }

  #changeIfAny(ask: (call: Call) => number): Change | null {
    return Call.run(this.#core, (call) => {
      const items = call.check(ask(call)).takeBundle();
      return items.length === 0 ? null : changeOf(items);
    });
  }

  #seal(ask: (call: Call) => number): Sealed {
    return Call.run(this.#core, (call) => sealedOf(call.check(ask(call)).takeBundle()));
  }
}

function sealedOf([sealId, sealed]: readonly Bytes[]): Sealed {
  if (sealId === undefined || sealed === undefined) throw new VaultError('internal');
  return { sealed, sealId: toHex(sealId) };
}

/** Bytes of records that go into the core at once. */
const pieceBytes = 128 * 1024;

/** @returns the handle of what is stored, for the one call that takes it. */
function putSnapshot(core: VaultExports, { header, manifest, records }: Snapshot): number {
  const handle = Call.run(core, (call) => {
    call.check(core.byok_snapshot_new(...call.bytes(header), ...call.bytes(manifest), call.handleOut()));
    return call.takeHandle();
  });
  const add = (items: readonly Uint8Array[]): void => {
    Call.run(core, (call) => call.check(core.byok_snapshot_add(handle, ...call.bundle(items))));
  };
  try {
    let piece: Uint8Array[] = [];
    let size = 0;
    for (const { id, bytes } of records) {
      if (size + bytes.length > pieceBytes) {
        add(piece);
        [piece, size] = [[], 0];
      }
      piece.push(fromHex(id), bytes);
      size += bytes.length;
    }
    add(piece);
    return handle;
  } catch (error) {
    Call.run(core, () => core.byok_snapshot_free(handle));
    throw error;
  }
}

/** @param items as of wasm/vault.h. */
function changeOf([revisions, header, manifest, removed, ...put]: readonly Bytes[]): Change {
  if (revisions === undefined || header === undefined || manifest === undefined || removed === undefined)
    throw new VaultError('internal');
  const [expectedRevision, revision] = new BigUint64Array(revisions.buffer);
  return {
    expectedRevision: Number(expectedRevision),
    revision: Number(revision),
    header: header.length > 0 ? header : null,
    manifest,
    put: Array.from({ length: put.length / 2 }, (_, i) => recordOf(put.slice(2 * i, 2 * i + 2))),
    remove: toHex(removed).match(/.{32}/g) ?? [],
  };
}

function recordOf([id, bytes]: readonly Bytes[]): StoredRecord {
  if (id === undefined || bytes === undefined) throw new VaultError('internal');
  return { id: toHex(id), bytes };
}

/** A view as the core gives it: with numbers for what is of a closed list. */
interface Shown extends Pick<SessionView, 'revision' | 'user' | 'apps'> {
  readonly integrity: number;
  readonly records: readonly {
    readonly id: string;
    readonly state: number;
    readonly meta: (Omit<RecordMeta, 'verdict'> & { readonly verdict: number }) | null;
  }[];
}

function viewOf({ integrity, records, ...shown }: Shown): SessionView {
  return {
    ...shown,
    integrity: statusName(integrity) as SessionView['integrity'],
    records: records.map(({ id, state, meta }) => ({
      id,
      state: recordStates[state] ?? 'newer',
      meta: meta && { ...meta, verdict: verdicts[meta.verdict] ?? 'unknown' },
    })),
  };
}
