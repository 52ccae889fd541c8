/** Server-sent events: the `data` of each event of a stream, in bounded memory. Names, ids and comments are passed over. */

/** A provider's event holds a few words; this leaves room for one that repeats the whole text at its end. */
const maxEventCharacters = 512 * 1024;

/** All events of one answer together. */
const maxStreamBytes = 4 * 1024 * 1024;

/** More came than any answer of ours has. */
export class StreamTooLong extends Error {}

/**
 * @param moved called for each piece that arrives, so that the caller can tell a slow line from a dead one.
 * @throws StreamTooLong, and what the line breaks with.
 */
export async function* eventsOf(
  body: ReadableStream<Uint8Array>,
  moved: () => void,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let bytes = 0;
  const line = new Pieces();
  const data = new Pieces();
  for await (const chunk of body) {
    moved();
    bytes += chunk.length;
    if (bytes > maxStreamBytes) throw new StreamTooLong();
    const [head = '', ...begun] = decoder.decode(chunk, { stream: true }).split('\n');
    line.add(head);
    for (const next of begun) {
      const whole = line.take('').replace(/\r$/, '');
      line.add(next);
      const value = dataOf(whole);
      if (value !== null) data.add(value);
      else if (whole === '' && !data.empty) yield data.take('\n');
    }
  }
}

/**
 * What is put together of many pieces, in time that grows with their number: a stream may come byte by byte, and an event line by
 * line, and what copied all of it each time would hold up every other job of the process.
 */
class Pieces {
  #pieces: string[] = [];
  #length = 0;

  get empty(): boolean {
    return this.#pieces.length === 0;
  }

  /** A piece counts as one character more than it has, so that nothing but empty ones comes to an end, too. @throws StreamTooLong */
  add(piece: string): void {
    this.#length += piece.length + 1;
    if (this.#length > maxEventCharacters) throw new StreamTooLong();
    this.#pieces.push(piece);
  }

  take(between: string): string {
    const whole = this.#pieces.join(between);
    this.#pieces = [];
    this.#length = 0;
    return whole;
  }
}

/** null for a line that holds none. */
function dataOf(line: string): string | null {
  if (line === 'data') return '';
  if (!line.startsWith('data:')) return null;
  return line.slice(line.startsWith('data: ') ? 6 : 5);
}
