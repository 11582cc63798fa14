import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';

/** Cells that a text takes on the screen; escapes take none. */
export const measureText: (text: string) => number = (text) => stringWidth(text);

/**
 * One harmless line of a text that came from outside: no escapes, no control characters, nothing that turns the
 * direction of writing, nothing invisible on its own.
 */
export function cleanText(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ue000-\uf8ff\ufeff]/gu, '')
    .trim();
}

export function splitClusters(text: string): string[] {
  return Array.from(new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text), ({ segment }) => segment);
}

/** Shortens a text without escapes to `width` cells; the ellipsis (1 cell) tells that something is missing. */
export function fitText(text: string, width: number, ellipsis: string): string {
  if (measureText(text) <= width) return text;
  if (width <= 0) return '';
  let kept = '';
  let used = 0;
  for (const cluster of splitClusters(text)) {
    const cells = measureText(cluster);
    if (used + cells > width - 1) break;
    kept += cluster;
    used += cells;
  }
  return kept + ellipsis;
}

export function padText(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const blank = ' '.repeat(Math.max(0, width - measureText(text)));
  return align === 'left' ? text + blank : blank + text;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are escapes
const SGR = /(\u001b\[[0-9;]*m)/;

/** Cuts a line with colours to `width` cells; colours that were on are ended. */
export function clipLine(line: string, width: number): string {
  if (measureText(line) <= width) return line;
  let kept = '';
  let used = 0;
  let colored = false;
  for (const part of line.split(SGR)) {
    if (SGR.test(part)) {
      kept += part;
      colored = true;
      continue;
    }
    for (const cluster of splitClusters(part)) {
      const cells = measureText(cluster);
      if (used + cells > width) return colored ? `${kept}\u001b[0m` : kept;
      kept += cluster;
      used += cells;
    }
  }
  return kept;
}
