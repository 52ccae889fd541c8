/** The auto-lock's state machine in the core (include/byok/auto_lock.h), fed with this thread's two clocks. */
import { FullCall as Call } from './full-call.ts';
import type { VaultExports } from './exports.ts';
import { lockReasons, type LockReason } from './types.ts';

export interface AutoLockChoice {
  readonly idleMinutes: number;
  readonly whenHidden: boolean;
}

export interface AutoLockAnswer {
  /** Why the vault must be locked now; null = it may stay open. */
  readonly reason: LockReason | null;
  /** Until the nearest deadline. */
  readonly remainingMs: number;
}

export class CoreAutoLock {
  readonly #core: VaultExports;
  readonly #handle: number;

  /** Starts at this moment: the vault has just been unlocked. */
  constructor(core: VaultExports, choice: AutoLockChoice) {
    this.#core = core;
    this.#handle = Call.run(core, (call) =>
      call
        .check(
          core.byok_auto_lock_new(
            choice.idleMinutes,
            choice.whenHidden ? 1 : 0,
            ...clocks(),
            call.handleOut(),
          ),
        )
        .takeHandle(),
    );
  }

  free(): void {
    this.#core.byok_auto_lock_free(this.#handle);
  }

  check(): AutoLockAnswer {
    return this.#tell(0);
  }

  activity(): AutoLockAnswer {
    return this.#tell(1);
  }

  hidden(): AutoLockAnswer {
    return this.#tell(2);
  }

  /** @throws VaultError bad_argument for a choice that is not offered. */
  choose({ idleMinutes, whenHidden }: AutoLockChoice): AutoLockAnswer {
    return this.#ask((out) =>
      this.#core.byok_auto_lock_choose(this.#handle, idleMinutes, whenHidden ? 1 : 0, ...clocks(), out),
    );
  }

  #tell(event: 0 | 1 | 2): AutoLockAnswer {
    return this.#ask((out) => this.#core.byok_auto_lock_tell(this.#handle, event, ...clocks(), out));
  }

  #ask(ask: (out: number) => number): AutoLockAnswer {
    return Call.run(this.#core, (call) => {
      const { reason, remainingMs } = call.check(ask(call.out())).takeJson() as Told;
      return { reason: reason === 0 ? null : (lockReasons[reason - 1] ?? null), remainingMs };
    });
  }
}

/** As the core says it: 0 = it may stay open. */
interface Told {
  readonly reason: number;
  readonly remainingMs: number;
}

/** Monotonic and wall clock, read at the same moment. */
function clocks(): [mono: number, wall: number] {
  return [performance.now(), Date.now()];
}
