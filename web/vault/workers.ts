/** Starts workers from our own files alone. */
import { statusCodes, VaultError } from '../core/errors.ts';
import { hasSimd } from '../core/simd.ts';
import type { Assets } from './assets.ts';
import type { DeriverApi, VaultNotice, VaultWorkerApi, WorkerStart } from './protocol.ts';
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

/** The two kinds of workers, each kind with its module, which is compiled once. */
export class Workers {
  readonly #assets: Assets;
  #modules: Modules | null = null;

  constructor(assets: Assets) {
    this.#assets = assets;
  }

  /** Once, before any worker. @throws VaultError no_webassembly (E36), worker_failed where a file can't be had. */
  async load(): Promise<void> {
    const { vaultWasm, deriverWasm, deriverScalarWasm } = this.#assets;
    const [vault, deriver] = await Promise.all([
      compile(vaultWasm),
      compile(hasSimd() ? deriverWasm : deriverScalarWasm),
    ]);
    this.#modules = { vault, deriver };
  }

  /** @throws VaultError busy before everything is loaded; so does {@link vault}. */
  deriver(onFailure: () => void): Running<DeriverApi> {
    const module = this.#loaded.deriver;
    return start<DeriverApi>(this.#assets.deriver, { module, app: null }, () => undefined, onFailure);
  }

  vault(
    app: string | null,
    onNotice: (notice: VaultNotice) => void,
    onFailure: () => void,
  ): Running<VaultWorkerApi> {
    return start<VaultWorkerApi>(
      this.#assets.vault,
      { module: this.#loaded.vault, app },
      onNotice as (notice: unknown) => void,
      onFailure,
    );
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
  if (typeof WebAssembly === 'undefined') throw new VaultError('no_webassembly');
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
  url: URL,
  about: Pick<WorkerStart, 'module' | 'app'>,
  onNotice: (notice: unknown) => void,
  onFailure: () => void,
): Running<T> {
  const worker = new Worker(trusted(url), { type: 'module' });
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
