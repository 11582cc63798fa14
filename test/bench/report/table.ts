import type { Row } from '../row.js';

const HEAD = ['what', 'value', 'bar', '', 'against'] as const;

/** The rows as text in columns. */
export function renderTable(rows: readonly Row[]): string {
  const cells = [HEAD, ...rows.map(toCells)];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** What, value, bar, verdict, reference. */
export function toCells(row: Row): readonly [string, string, string, string, string] {
  const { reference } = row;
  const against = reference === null ? '' : `${reference.value} ${reference.unit}: ${reference.name}`;
  return [row.name, `${row.value} ${row.unit}`, describeBar(row), describeVerdict(row), against];
}

function describeBar({ bar, floor }: Row): string {
  return bar === null ? '' : `${floor ? '≥' : '≤'} ${bar}`;
}

function describeVerdict({ bar, ok }: Row): string {
  if (bar === null) return '';
  return ok ? 'ok' : 'MISSED';
}
