/** An answer's body, of which no more is taken than was agreed: a provider, or who poses as one, decides nothing about memory. */

export interface BoundedBody {
  readonly bytes: Uint8Array;
  /** There was more, and the line was hung up on. */
  readonly truncated: boolean;
}

/**
 * Reads at most `maxBytes` and hangs up on the rest. What was read before a line broke is wiped: it may echo the key (E34).
 * @returns bytes that the caller fills with 0.
 */
export async function readBounded(response: Response, maxBytes: number): Promise<BoundedBody> {
  const buffer = new Uint8Array(maxBytes);
  let length = 0;
  const reader = response.body?.getReader();
  try {
    for (;;) {
      const chunk = await reader?.read();
      if (chunk === undefined || chunk.done) return { bytes: buffer.subarray(0, length), truncated: false };
      const bytes = chunk.value;
      const room = maxBytes - length;
      buffer.set(bytes.subarray(0, room), length);
      length += Math.min(bytes.length, room);
      const over = bytes.length > room;
      bytes.fill(0);
      if (over) {
        await reader?.cancel();
        return { bytes: buffer, truncated: true };
      }
    }
  } catch (error) {
    buffer.fill(0);
    throw error;
  }
}
