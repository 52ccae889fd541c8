/** Starts workers from our own files alone. */
import { statusCodes, VaultError } from '../core/errors.ts';
import { hasSimd } from '../core/simd.ts';
import type { Assets } from './assets.ts';
import type { DeriverApi, VaultNotice, VaultWorkerApi, WorkerKind, WorkerStart } from './protocol.ts';
import { Remote } from './rpc.ts';

/** A worker and the way to it. */
export interface Running<T extends Record<keyof T, (...args: never[]) => unknown>> {
  readonly remote: Remote<T>;
  /** Terminates; whatever still waits is refused. */
  end(code: 'superseded' | 'worker_failed'): void;
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

const allowed = new Set<string>();
let policy: { createScriptURL(url: string): string } | null = null;

/** What a Worker takes where Trusted Types are enforced: a URL that passed the policy `byok`. */
function trusted(url: URL): string {
  allowed.add(url.href);
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  if (trustedTypes === undefined) return url.href;
  policy ??= trustedTypes.createPolicy('byok', {
    createScriptURL(candidate) {
      if (!allowed.has(candidate)) throw new TypeError('not a script of the vault');
      return candidate;
    },
  });
  return policy.createScriptURL(url.href);
}

interface Modules {
  readonly vault: WebAssembly.Module;
  readonly deriver: WebAssembly.Module;
}

/** A worker that was not told yet what it is for. */
interface Unused {
  readonly worker: Worker;
  failed: boolean;
}

/** The two kinds of workers, each kind with its module, which is compiled once. */
export class Workers {
  readonly #assets: Assets;
  #loading: Promise<void> | null = null;
  #modules: Modules | null = null;
  /** The first worker of the vault, which starts and opens its database while the modules are loaded. */
  #first: Unused | null = null;

  constructor(assets: Assets) {
    this.#assets = assets;
  }

  /** Before any worker is had. @throws VaultError no_webassembly (E36), worker_failed where a file can't be had. */
  load(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async #load(): Promise<void> {
    if (typeof WebAssembly === 'undefined') throw new VaultError('no_webassembly');
    const { vaultWasm, deriverWasm, deriverScalarWasm } = this.#assets;
    const first: Unused = { worker: this.#spawn('vault'), failed: false };
    first.worker.onerror = (event) => {
      event.preventDefault();
      first.failed = true;
    };
    this.#first = first;
    const [vault, deriver] = await Promise.all([
      compile(vaultWasm),
      compile(hasSimd() ? deriverWasm : deriverScalarWasm),
    ]);
    this.#modules = { vault, deriver };
  }

  /** Ends what was started and is not used. */
  end(): void {
    this.#first?.worker.terminate();
    this.#first = null;
  }

  /** @throws VaultError busy before everything is loaded; so does {@link vault}. */
  deriver(onFailure: () => void): Running<DeriverApi> {
    const module = this.#loaded.deriver;
    return start<DeriverApi>(this.#spawn('deriver'), { module, app: null }, () => undefined, onFailure);
  }

  vault(
    app: string | null,
    onNotice: (notice: VaultNotice) => void,
    onFailure: () => void,
  ): Running<VaultWorkerApi> {
    const module = this.#loaded.vault;
    const first = this.#first;
    this.#first = null;
    // One that failed says so once, and to nobody: another one fails again.
    const worker = first === null || first.failed ? this.#spawn('vault') : first.worker;
    return start<VaultWorkerApi>(worker, { module, app }, onNotice as (notice: unknown) => void, onFailure);
  }

  #spawn(kind: WorkerKind): Worker {
    return new Worker(trusted(new URL(`#${kind}`, this.#assets.worker)), { type: 'module' });
  }

  get #loaded(): Modules {
    if (this.#modules === null) throw new VaultError('busy');
    return this.#modules;
  }

  /** The filter of common passwords, fetched when it is first needed; without it only the rules judge. */
  async commonPasswords(): Promise<Uint8Array<ArrayBuffer>> {
    try {
      const response = await fetch(this.#assets.commonPasswords);
      return response.ok ? new Uint8Array(await response.arrayBuffer()) : new Uint8Array(0);
    } catch {
      return new Uint8Array(0);
    }
  }
}

async function compile(url: URL): Promise<WebAssembly.Module> {
  let bytes: ArrayBuffer;
  try {
    const response = await fetch(url);
    if (!response.ok) throw new VaultError('worker_failed');
    bytes = await response.arrayBuffer();
  } catch {
    throw new VaultError('worker_failed');
  }
  try {
    return await WebAssembly.compile(bytes);
  } catch {
    throw new VaultError('no_webassembly');
  }
}

function start<T extends Record<keyof T, (...args: never[]) => unknown>>(
  worker: Worker,
  about: Pick<WorkerStart, 'module' | 'app'>,
  onNotice: (notice: unknown) => void,
  onFailure: () => void,
): Running<T> {
  const remote = new Remote<T>(worker, onNotice);
  const running: Running<T> = {
    remote,
    end(code) {
      worker.onerror = null;
      worker.terminate();
      remote.end(code);
    },
  };
  worker.onerror = (event) => {
    event.preventDefault();
    running.end('worker_failed');
    onFailure();
  };
  worker.postMessage({ ...about, statuses: statusCodes } satisfies WorkerStart);
  return running;
}
