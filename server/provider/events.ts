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
  let rest = '';
  let data: string[] = [];
  for await (const chunk of body) {
    moved();
    bytes += chunk.length;
    if (bytes > maxStreamBytes) throw new StreamTooLong();
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line !== '') data = withLine(data, line);
      else if (data.length > 0) {
        yield data.join('\n');
        data = [];
      }
    }
    if (rest.length > maxEventCharacters) throw new StreamTooLong();
  }
}

function withLine(data: string[], line: string): string[] {
  const value = /^data:? ?(.*)$/s.exec(line)?.[1];
  if (value === undefined) return data;
  const all = [...data, value];
  if (all.reduce((sum, each) => sum + each.length, 0) > maxEventCharacters) throw new StreamTooLong();
  return all;
}
