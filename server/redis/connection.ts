/**
 * A process's one connection to a Redis. Nothing that it throws is passed on, for an error can name an address with its
 * password: every call ends, within a bounded time, in its answer or in a VaultError `cache_unavailable` (E15).
 */
import { createClient, RESP_TYPES } from '@redis/client';
import { VaultError } from '../../web/core/errors.ts';

export interface RedisOptions {
  /** redis://[user[:password]@]host[:port][/database], or rediss:// for TLS. */
  readonly url: string;
  /** Milliseconds that a call may take. */
  readonly patienceMs?: number | undefined;
  /** Told when the connection is lost, or can't be made, and when it is there again. */
  readonly onChange?: ((there: boolean) => void) | undefined;
}

/** A loopback call takes a fifth of a millisecond, one across a data centre two: who waits longer waits for nothing. */
const defaultPatienceMs = 500;

/**
 * Patience is counted in parts, the last of which ends behind the answers that have come meanwhile: what this process was kept from
 * hearing, because it was busy or the machine was, is no silence of Redis's, and costs no user a key.
 */
const patienceParts = 5;

const connectMs = 2_000;

/** What hangs is found out by a ping, and hung up on; the next connection may find a Redis that works. */
const silenceMs = 10_000;

/** Commands that may wait for their answers: a Redis that stands still fills no memory. */
const maxWaiting = 10_000;

function clientOf(url: string) {
  return createClient({
    url,
    disableOfflineQueue: true,
    commandsQueueMaxLength: maxWaiting,
    pingInterval: silenceMs / 3,
    socket: { connectTimeout: connectMs, socketTimeout: silenceMs },
    // What an ACL that allows only what is needed would refuse.
    disableClientInfo: true,
    maintNotifications: 'disabled',
  }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
}

/** Answers are Buffers. Commands given in one turn of the event loop travel together. */
export type RedisClient = ReturnType<typeof clientOf>;

export class Redis {
  readonly #client: RedisClient;
  readonly #patienceMs: number;

  /** Connects in the background, again and again until {@link close}. @throws VaultError bad_argument for what is no address. */
  constructor({ url, patienceMs = defaultPatienceMs, onChange }: RedisOptions) {
    this.#patienceMs = patienceMs;
    if (!/^rediss?:$/.test(URL.parse(url)?.protocol ?? '')) throw new VaultError('bad_argument');
    this.#client = clientOf(url);
    let there: boolean | null = null;
    const tell = (now: boolean): void => {
      if (there !== now) onChange?.(now);
      there = now;
    };
    this.#client.on('error', () => {
      tell(false);
    });
    this.#client.on('ready', () => {
      tell(true);
    });
    this.#client.connect().catch(() => undefined);
  }

  /** @throws VaultError cache_unavailable, whatever went wrong. */
  async run<T>(use: (client: RedisClient) => Promise<T>): Promise<T> {
    let timer;
    const patience = new Promise<never>((_resolve, reject) => {
      const wait = (parts: number): void => {
        timer = setTimeout(() => {
          if (parts > 1) wait(parts - 1);
          // Timers come before answers in a turn of the event loop, and this behind them.
          else setImmediate(reject, new VaultError('cache_unavailable'));
        }, this.#patienceMs / patienceParts);
      };
      wait(patienceParts);
    });
    try {
      return await Promise.race([use(this.#client), patience]);
    } catch {
      throw new VaultError('cache_unavailable');
    } finally {
      clearTimeout(timer);
    }
  }

  /** Resolves with true once the connection is there, with false where it is not after `ms`. */
  async ready(ms: number): Promise<boolean> {
    if (this.#client.isReady) return true;
    return await new Promise((resolve) => {
      const isThere = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        this.#client.off('ready', isThere);
        resolve(false);
      }, ms);
      this.#client.once('ready', isThere);
    });
  }

  close(): void {
    this.#client.destroy();
  }
}
