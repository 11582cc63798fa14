/** A line longer than this is passed on in pieces, in bytes. */
export const LINE_MOST = 16 * 1024;

const NEWLINE = 0x0a;

/**
 * Cuts a stream of bytes where lines end, so that batches hold whole lines; nothing is added or lost.
 * `push` answers the bytes up to the last newline (or up to the limit of a line), `rest` what is left at the end.
 */
export function createLineSplitter(): { push(chunk: Buffer): Buffer; rest(): Buffer } {
  let kept = Buffer.alloc(0);
  return {
    push(chunk) {
      const all = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
      const end = all.lastIndexOf(NEWLINE) + 1;
      const tail = all.length - end;
      const cut = tail >= LINE_MOST ? endOfCharacters(all, end + tail - (tail % LINE_MOST)) : end;
      kept = Buffer.from(all.subarray(cut));
      return all.subarray(0, cut);
    },
    rest() {
      const last = kept;
      kept = Buffer.alloc(0);
      return last;
    },
  };
}

/** Where to cut at the latest so that nothing longer than `most` comes before it: after a line, else after a character. */
export function findCut(bytes: Buffer, from: number, most: number): number {
  const end = from + most;
  if (end >= bytes.length) return bytes.length;
  const line = bytes.lastIndexOf(NEWLINE, end - 1) + 1;
  return line > from ? line : endOfCharacters(bytes, end);
}

/** `end`, or the start of the UTF-8 character that it would tear apart. */
function endOfCharacters(bytes: Buffer, end: number): number {
  for (let start = end - 1; start >= Math.max(0, end - 4); start -= 1) {
    const byte = bytes[start] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return start + length > end ? start : end;
  }
  return end;
}
