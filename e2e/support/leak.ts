/**
 * Looks for planted secrets in whatever left the vault: whole, in part, and in the encodings in which a value gets written
 * down unnoticed.
 */

export interface Canary {
  readonly name: string;
  /** Text, or raw bytes such as a derived key. */
  readonly value: string | Uint8Array;
  /** Also search for any eight consecutive characters of this part of the value (a key's random part). */
  readonly random?: string;
}

export interface Leak {
  readonly sink: string;
  readonly canary: string;
  readonly form: string;
}

/** What one sink held: text as it is, or raw bytes. */
export interface Sunk {
  readonly sink: string;
  readonly bytes: Uint8Array;
}

const partLength = 8;

function* formsOfText(text: string): Generator<{ form: string; bytes: Buffer }> {
  yield { form: 'utf-16', bytes: Buffer.from(text, 'utf16le') };
  yield { form: 'utf-16be', bytes: Buffer.from(text, 'utf16le').swap16() };
  if (encodeURIComponent(text) !== text) {
    yield { form: 'uri', bytes: Buffer.from(encodeURIComponent(text)) };
    yield { form: 'form', bytes: Buffer.from(new URLSearchParams({ v: text }).toString().slice(2)) };
  }
  if (JSON.stringify(text) !== `"${text}"`) {
    yield { form: 'json', bytes: Buffer.from(JSON.stringify(text).slice(1, -1)) };
  }
}

/** Every part of a value that must not appear, in every form, as the bytes that would be seen. */
function* formsOf(canary: Canary): Generator<{ form: string; bytes: Buffer }> {
  const parts: (string | Uint8Array)[] = [canary.value];
  const random = canary.random ?? '';
  for (let at = 0; at + partLength <= random.length; at++) parts.push(random.slice(at, at + partLength));
  for (const part of parts) {
    const raw = Buffer.from(part);
    yield { form: 'raw', bytes: raw };
    yield { form: 'hex', bytes: Buffer.from(raw.toString('hex')) };
    yield { form: 'HEX', bytes: Buffer.from(raw.toString('hex').toUpperCase()) };
    const percent = [...raw].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
    yield { form: 'percent', bytes: Buffer.from(percent) };
    yield { form: 'PERCENT', bytes: Buffer.from(percent.toUpperCase()) };
    yield { form: 'json numbers', bytes: Buffer.from([...raw].join(',')) };
    if (typeof part === 'string') yield* formsOfText(part);
    // Base64 depends on where the value begins among its neighbours: at each of the three offsets, only what the value alone
    // decides.
    for (let offset = 0; offset < 3; offset++) {
      const text = Buffer.concat([Buffer.alloc(offset), raw])
        .toString('base64')
        .replace(/=+$/, '');
      const from = [0, 2, 3][offset] ?? 0;
      const whole = Math.floor(((raw.length + offset) * 8) / 6);
      const core = text.slice(from, whole);
      if (core.length >= 8) {
        yield { form: 'base64', bytes: Buffer.from(core) };
        yield { form: 'base64url', bytes: Buffer.from(core.replaceAll('+', '-').replaceAll('/', '_')) };
      }
    }
  }
}

interface Needle {
  readonly canary: string;
  readonly form: string;
  readonly bytes: Buffer;
}

/** Every form has at least this many bytes. */
const headLength = 8;

/** Needles by their first eight bytes, and a bit for each four bytes that one begins with: most places are passed over by that. */
function indexOf(canaries: readonly Canary[]): { needles: Map<string, Needle[]>; heads: Uint8Array } {
  const needles = new Map<string, Needle[]>();
  const heads = new Uint8Array(2 ** 19);
  for (const { name, ...canary } of canaries) {
    for (const { form, bytes } of formsOf({ name, ...canary })) {
      if (bytes.length < headLength) throw new Error(`${name} is too short to be looked for as ${form}`);
      const head = bytes.toString('latin1', 0, headLength);
      needles.set(head, [...(needles.get(head) ?? []), { canary: name, form, bytes }]);
      const bit = hashOf(bytes.readUInt32BE(0));
      heads[bit >>> 3] = (heads[bit >>> 3] ?? 0) | (1 << (bit & 7));
    }
  }
  return { needles, heads };
}

/** 22 bits of a multiplicative hash. */
function hashOf(word: number): number {
  return Math.imul(word, 0x9e3779b1) >>> 10;
}

/** One line for each canary, form and sink that holds it. */
export function findLeaks(sunk: readonly Sunk[], canaries: readonly Canary[]): Leak[] {
  const leaks = new Map<string, Leak>();
  const { needles, heads } = indexOf(canaries);
  for (const { sink, bytes } of sunk) {
    const held = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    let word = 0;
    for (let at = 0; at < held.length; at++) {
      word = (word << 8) | (held[at] ?? 0);
      const bit = hashOf(word);
      if (((heads[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0 || at < 3) continue;
      const from = at - 3;
      const head = held.toString('latin1', from, from + headLength);
      for (const { canary, form, bytes: needle } of needles.get(head) ?? []) {
        if (held.subarray(from, from + needle.length).equals(needle))
          leaks.set(`${sink} ${canary} ${form}`, { sink, canary, form });
      }
    }
  }
  return [...leaks.values()];
}

/** Provider names and the like: words, in any case, raw or UTF-16. */
export function findWords(sunk: readonly Sunk[], words: readonly string[]): Leak[] {
  const leaks: Leak[] = [];
  for (const { sink, bytes } of sunk) {
    const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const readings = [raw.toString('latin1').toLowerCase(), raw.toString('utf16le').toLowerCase()];
    for (const word of words) {
      if (readings.some((text) => text.includes(word.toLowerCase())))
        leaks.push({ sink, canary: word, form: 'word' });
    }
  }
  return leaks;
}
