/**
 * Opens a vault of no one's, several times, in an idle moment before the real one. An engine compiles WebAssembly when it is first
 * called, and well when it was called often: what took 18 ms for 100 records takes 5 afterwards. What is opened is made here, of
 * random numbers, and wiped like any other vault.
 */
import type { Core } from '../core/core.ts';
import type { Snapshot } from '../core/session.ts';

/** Argon2id, 64 MiB, 3 passes; nothing is derived with it. */
const kdf = Uint8Array.of(1, 0, 0, 1, 0, 3, 0, 0, 0, ...new Uint8Array(16));
/** As often as it takes until what every record runs through is optimised. */
const rounds = 12;

/** One step at a time, of a millisecond or two: a worker that is asked for something answers in between. */
export function* rehearse(core: Core): Generator<undefined, void> {
  const kek = crypto.getRandomValues(new Uint8Array(32));
  const vault = make(core, kek);
  const slot = core.readHeader(vault.header).slots[0]?.id ?? '';
  for (let round = 0; round < rounds; round += 1) {
    yield;
    const session = core.unlock(vault, slot, kek);
    session.view();
    session.lock();
  }
}

/** A key for each provider. */
function make(core: Core, kek: Uint8Array<ArrayBuffer>): Snapshot {
  const { session, change } = core.create(kdf, kek, null);
  session.commit();
  let { manifest } = change;
  const records = core.providers().flatMap(({ id }) => {
    const key = crypto.getRandomValues(new Uint8Array(32)).map((byte) => 0x61 + (byte % 26));
    const accepted = session.accept(session.draft(id, key, '', 0, null).draft, 'valid', 0);
    session.commit();
    manifest = accepted.manifest;
    return accepted.put;
  });
  session.lock();
  return { header: change.header ?? new Uint8Array(0), manifest, records };
}
