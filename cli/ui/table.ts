import CliTable from 'cli-table3';
import { fitColumns } from './fit-columns.js';
import { cleanText, clipLine, fitText, measureText, padText, splitClusters } from './fit-text.js';
import type { Terminal } from './terminal.js';
import { createTheme, type Paint, type Theme } from './theme.js';

export interface Column<Row> {
  readonly title: string;
  /** What a person reads. */
  readonly value: (row: Row) => string;
  /** What a program reads in a pipe; the same when absent. */
  readonly plain?: (row: Row) => string;
  readonly paint?: (row: Row) => Paint;
  readonly align?: 'left' | 'right';
  /** Cells below which the column is left out; its title's width when absent. */
  readonly least?: number;
  /** Who gives way first: 1 before 2 before 3; 0, the default, never. */
  readonly yields?: number;
}

export interface TableView {
  readonly width: number;
  readonly theme: Theme;
}

const GAP = 2;
const NO_BORDER = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' '.repeat(GAP),
};

/** Lines of a borderless table with a header, none wider than `width` cells. No rows give no lines. */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], view: TableView): string[] {
  if (rows.length === 0) return [];
  // A detail that no row has needs no column.
  const used = columns.filter(({ value, yields }) => yields !== 1 || rows.some((row) => value(row) !== ''));
  const texts = rows.map((row) => used.map((column) => cleanText(column.value(row))));
  const widths = fitColumns(
    used.map((column, index) => ({
      wanted: Math.max(measureText(column.title), ...texts.map((cells) => measureText(cells[index] ?? ''))),
      least: column.least ?? measureText(column.title),
      yields: column.yields ?? 0,
    })),
    view.width,
    GAP,
  );
  const shown = used.flatMap((column, index) => ((widths[index] ?? 0) > 0 ? [{ column, index }] : []));
  const stands = createStandIns();
  const cell = (text: string, index: number) => {
    const width = widths[index] ?? 0;
    const fitted = fitText(text, width, view.theme.ellipsis);
    const isLast = index === shown.at(-1)?.index;
    return stands.hide(isLast && used[index]?.align !== 'right' ? fitted : padText(fitted, width, used[index]?.align));
  };
  const table = new CliTable({
    chars: NO_BORDER,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  table.push(shown.map(({ column, index }) => view.theme.muted(cell(column.title, index))));
  for (const [at, row] of rows.entries()) {
    table.push(shown.map(({ column, index }) => (column.paint?.(row) ?? asIs)(cell(texts[at]?.[index] ?? '', index))));
  }
  return table
    .toString()
    .split('\n')
    .map((line) => clipLine(stands.restore(line).trimEnd(), view.width));
}

const asIs: Paint = (text) => text;

/**
 * cli-table3 measures newer emoji differently from terminals. It gets a stand-in of private characters, one per cell,
 * for whatever is not ASCII, so that its measure and ours are the same.
 */
function createStandIns(): { hide: Paint; restore: Paint } {
  const FIRST = 0xe000;
  const FILLER = '\uf8ff';
  const numbers = new Map<string, number>();
  const clusters: string[] = [];
  const hide = (text: string) =>
    splitClusters(text)
      .map((cluster) => {
        if (/^[\x20-\x7e]$/.test(cluster)) return cluster;
        const number = numbers.get(cluster) ?? clusters.push(cluster) - 1;
        numbers.set(cluster, number);
        return String.fromCharCode(FIRST + number) + FILLER.repeat(Math.max(0, measureText(cluster) - 1));
      })
      .join('');
  const restore = (line: string) =>
    line.replace(/([\ue000-\uf8fe])\uf8ff*/g, (_, stand: string) => clusters[stand.charCodeAt(0) - FIRST] ?? '');
  return { hide, restore };
}

/** Rows for programs: tab-separated, whole values, no header. */
export function renderTsv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  return rows.map((row) => columns.map((column) => cleanText((column.plain ?? column.value)(row))).join('\t'));
}

/** Prints rows as a table on a terminal, as tab-separated lines elsewhere. */
export function printRows<Row>(terminal: Terminal, columns: readonly Column<Row>[], rows: readonly Row[]): void {
  const lines = terminal.isTTY
    ? renderTable(columns, rows, { width: terminal.size().width, theme: createTheme(terminal) })
    : renderTsv(columns, rows);
  for (const line of lines) terminal.print(line);
}
