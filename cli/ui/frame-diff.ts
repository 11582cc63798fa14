import { measureText } from './fit-text.js';
import type { Size } from './terminal.js';

const ESC = '\u001b[';
/** Terminals that know DEC mode 2026 show what is between at once; others ignore it. */
const BEGIN = `${ESC}?2026h`;
const END = `${ESC}?2026l`;

/** Bytes that turn the screen's `before` into `after`, writing only the lines that differ; empty when none does. */
export function diffScreen(before: readonly string[], after: readonly string[], width: number): string {
  let out = '';
  for (let row = 0; row < Math.max(before.length, after.length); row++) {
    const line = after[row] ?? '';
    if (row < before.length && line === before[row]) continue;
    out += `${ESC}${row + 1};1H${endLine(line, width)}`;
  }
  return out === '' ? '' : BEGIN + out + END;
}

/**
 * The same for a frame drawn in place, below what was printed before. The cursor rests at the start of the line after
 * the frame.
 */
export function diffInline(before: readonly string[], after: readonly string[], width: number): string {
  const first = after.findIndex((line, row) => line !== before[row]);
  const start = first === -1 ? after.length : first;
  if (start === after.length && before.length === after.length) return '';
  let out = up(before.length - start);
  for (let row = start; row < after.length; row++) {
    const line = after[row] ?? '';
    out += line === before[row] ? '\n' : `${endLine(line, width)}\n`;
  }
  if (after.length < before.length) out += `${ESC}J`;
  return BEGIN + out + END;
}

/** Bytes that take a frame drawn in place away; the terminal may have become narrower and broken its lines. */
export function eraseInline(frame: readonly string[], { width }: Pick<Size, 'width'>): string {
  const rows = frame.reduce((sum, line) => sum + Math.max(1, Math.ceil(measureText(line) / width)), 0);
  return rows === 0 ? '' : `${up(rows)}${ESC}J`;
}

/** After a line that fills the row the cursor stands on its last cell, which erasing would take away. */
function endLine(line: string, width: number): string {
  return measureText(line) < width ? `${line}${ESC}0m${ESC}K` : `${line}${ESC}0m`;
}

function up(rows: number): string {
  return rows > 0 ? `${ESC}${rows}A\r` : '\r';
}
