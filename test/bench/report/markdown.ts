import type { Row } from '../row.js';
import { toCells } from './table.js';

const BEGIN = '<!-- bench: begin -->';
const END = '<!-- bench: end -->';

/** The machine and the rows of one run. */
export function renderMarkdown(rows: readonly Row[], machine: readonly string[]): string {
  const head = ['| what | value | bar | | against |', '|---|---|---|---|---|'];
  const body = rows.map((row) => `| ${toCells(row).join(' | ')} |`);
  return [...machine.map((line) => `- ${line}`), '', ...head, ...body].join('\n');
}

/** Puts a text between the markers of a page; a page without them gets both at its end. */
export function fillMarkdown(page: string, text: string): string {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  const filled = `${BEGIN}\n${text}\n${END}`;
  if (from < 0 || to < from) return `${page}${page === '' ? '' : '\n'}${filled}\n`;
  return page.slice(0, from) + filled + page.slice(to + END.length);
}
