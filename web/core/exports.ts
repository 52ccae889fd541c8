/**
 * What the modules export (wasm/*.h), written by hand and held to the built modules by wasm/abi.test.ts. Every argument is a
 * number: a pointer, a length, a handle, a time. Functions return a status unless another type is named here.
 */
type Status = number;
type Pointer = number;
type Length = number;
type Handle = number;

interface CommonFunctions {
  byok_init(): Status;
  byok_alloc(size: Length): Pointer;
  byok_free(memory: Pointer): void;
}

export interface DeriverFunctions extends CommonFunctions {
  byok_check_password(
    password: Pointer,
    n: Length,
    filter: Pointer,
    filterSize: Length,
    out: Pointer,
  ): Status;
  byok_default_kdf(out: Pointer): Status;
  byok_derive_for_timing(): Status;
  byok_calibrated_kdf(timedMs: number, out: Pointer): Status;
  byok_prepare(params: Pointer, n: Length): Status;
  byok_derive_kek(params: Pointer, n: Length, password: Pointer, passwordSize: Length, out: Pointer): Status;
}

export interface VaultFunctions extends CommonFunctions {
  byok_providers(out: Pointer): Status;
  byok_store_decision(verdict: number, out: Pointer): Status;
  byok_attempts(failed: number, last: number, now: number, out: Pointer): Status;
  byok_inspect_key(key: Pointer, n: Length, out: Pointer): Status;
  byok_read_header(header: Pointer, n: Length, out: Pointer): Status;
  byok_read_manifest(manifest: Pointer, n: Length, out: Pointer): Status;
  byok_session_create(
    params: Pointer,
    n: Length,
    kek: Pointer,
    kekSize: Length,
    user: Pointer,
    userSize: Length,
    name: Pointer,
    nameSize: Length,
    handle: Pointer,
    change: Pointer,
  ): Status;
  byok_snapshot_new(
    header: Pointer,
    n: Length,
    manifest: Pointer,
    manifestSize: Length,
    handle: Pointer,
  ): Status;
  byok_snapshot_add(snapshot: Handle, records: Pointer, n: Length): Status;
  byok_snapshot_free(snapshot: Handle): Status;
  byok_session_unlock(
    snapshot: Handle,
    slot: Pointer,
    slotSize: Length,
    kek: Pointer,
    kekSize: Length,
    handle: Pointer,
  ): Status;
  byok_session_free(session: Handle): Status;
  byok_session_view(session: Handle, out: Pointer): Status;
  byok_session_draft(
    session: Handle,
    provider: Pointer,
    n: Length,
    label: Pointer,
    labelSize: Length,
    key: Pointer,
    keySize: Length,
    app: Pointer,
    appSize: Length,
    now: number,
    out: Pointer,
  ): Status;
  byok_session_retarget(
    session: Handle,
    draft: Pointer,
    n: Length,
    provider: Pointer,
    providerSize: Length,
    out: Pointer,
  ): Status;
  byok_session_discard(session: Handle, draft: Pointer, n: Length): Status;
  byok_session_accept(
    session: Handle,
    draft: Pointer,
    n: Length,
    verdict: number,
    now: number,
    change: Pointer,
  ): Status;
  byok_session_remove(session: Handle, record: Pointer, n: Length, change: Pointer): Status;
  byok_session_set_label(
    session: Handle,
    record: Pointer,
    n: Length,
    label: Pointer,
    labelSize: Length,
    change: Pointer,
  ): Status;
  byok_session_set_verdict(
    session: Handle,
    record: Pointer,
    n: Length,
    verdict: number,
    now: number,
    change: Pointer,
  ): Status;
  byok_session_confirm_user(
    session: Handle,
    user: Pointer,
    n: Length,
    name: Pointer,
    nameSize: Length,
    change: Pointer,
  ): Status;
  byok_session_grant_app(session: Handle, origin: Pointer, n: Length, now: number, change: Pointer): Status;
  byok_session_revoke_app(session: Handle, origin: Pointer, n: Length, change: Pointer): Status;
  byok_session_seal_for_app(
    session: Handle,
    origin: Pointer,
    n: Length,
    providers: Pointer,
    providersSize: Length,
    platform: Pointer,
    platformSize: Length,
    user: Pointer,
    userSize: Length,
    now: number,
    mono: number,
    wall: number,
    out: Pointer,
  ): Status;
  byok_session_repair(session: Handle, change: Pointer): Status;
  byok_session_change_password(
    session: Handle,
    slot: Pointer,
    n: Length,
    current: Pointer,
    currentSize: Length,
    next: Pointer,
    nextSize: Length,
    params: Pointer,
    paramsSize: Length,
    change: Pointer,
  ): Status;
  byok_session_seal(
    session: Handle,
    record: Pointer,
    n: Length,
    forJob: number,
    platform: Pointer,
    platformSize: Length,
    user: Pointer,
    userSize: Length,
    now: number,
    out: Pointer,
  ): Status;
  byok_session_seal_draft(
    session: Handle,
    draft: Pointer,
    n: Length,
    platform: Pointer,
    platformSize: Length,
    user: Pointer,
    userSize: Length,
    now: number,
    out: Pointer,
  ): Status;
  byok_session_commit(session: Handle): Status;
  byok_session_rollback(session: Handle): Status;
  byok_session_reload(session: Handle, snapshot: Handle): Status;
  byok_auto_lock_new(idle: number, hidden: number, mono: number, wall: number, handle: Pointer): Status;
  byok_auto_lock_free(lock: Handle): Status;
  byok_auto_lock_tell(lock: Handle, event: number, mono: number, wall: number, out: Pointer): Status;
  byok_auto_lock_choose(
    lock: Handle,
    idle: number,
    hidden: number,
    mono: number,
    wall: number,
    out: Pointer,
  ): Status;
}

export interface PlatformFunctions extends CommonFunctions {
  byok_tables(out: Pointer): Status;
  byok_platform_new(secrets: Pointer, n: Length, handle: Pointer): Status;
  byok_platform_free(platform: Handle): Status;
  byok_platform_public_key(platform: Handle, out: Pointer): Status;
  byok_platform_open(
    platform: Handle,
    sealed: Pointer,
    n: Length,
    json: Pointer,
    jsonSize: Length,
    out: Pointer,
  ): Status;
  byok_platform_cache(
    platform: Handle,
    sealed: Pointer,
    n: Length,
    json: Pointer,
    jsonSize: Length,
    out: Pointer,
  ): Status;
  byok_platform_open_cached(
    platform: Handle,
    cached: Pointer,
    n: Length,
    json: Pointer,
    jsonSize: Length,
    out: Pointer,
  ): Status;
  byok_platform_user_tags(platform: Handle, user: Pointer, n: Length, out: Pointer): Status;
  byok_route(json: Pointer, n: Length, out: Pointer): Status;
  byok_platform_tags(
    platform: Handle,
    purpose: Pointer,
    n: Length,
    message: Pointer,
    messageSize: Length,
    out: Pointer,
  ): Status;
  byok_test_request(provider: Pointer, n: Length, out: Pointer): Status;
  byok_read_answer(
    json: Pointer,
    n: Length,
    body: Pointer,
    bodySize: Length,
    key: Pointer,
    keySize: Length,
    out: Pointer,
  ): Status;
  byok_redact(text: Pointer, n: Length, known: Pointer, knownSize: Length, out: Pointer): Status;
}

interface Instance {
  readonly memory: WebAssembly.Memory;
  /** Runs static initialisers; called once by the loader. */
  _initialize(): void;
}

/** What every module has. */
export type CommonExports = Instance & CommonFunctions;
export type DeriverExports = CommonExports & DeriverFunctions;
export type VaultExports = CommonExports & VaultFunctions;
export type PlatformExports = CommonExports & PlatformFunctions;
