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
      const cut = tail >= LINE_MOST ? end + tail - (tail % LINE_MOST) : end;
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
