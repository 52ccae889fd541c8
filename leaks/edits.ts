/** One filter switched off: a text of one of our files replaced by another, where it is read. */

export interface Edit {
  /** From the root. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export function readEdits(json: string): Edit[] {
  return JSON.parse(json) as Edit[];
}

/** @throws where the text is not there any more: nothing would be switched off. */
export function applyEdits(edits: readonly Edit[], file: string, source: string): string {
  let changed = source;
  for (const { from, to } of edits.filter((edit) => edit.file === file)) {
    if (!changed.includes(from)) throw new Error(`${file} does not hold ${from}`);
    changed = changed.replace(from, () => to);
  }
  return changed;
}
