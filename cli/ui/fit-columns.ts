export interface ColumnSize {
  /** Cells that the widest value wants. */
  readonly wanted: number;
  /** Cells below which the column makes no sense and is left out. */
  readonly least: number;
  /** Who gives way first: 1 before 2 before 3; 0 never. */
  readonly yields: number;
}

/**
 * Widths of columns that fit `width` cells with `gap` cells between them; 0 leaves a column out. First everything that
 * yields is shortened, details before ids; then columns are left out in the same order. What never yields may still
 * be too wide: the caller cuts the line.
 */
export function fitColumns(columns: readonly ColumnSize[], width: number, gap: number): number[] {
  const widths = columns.map((column) => column.wanted);
  const order = [...new Set(columns.map((column) => column.yields))].filter((rank) => rank > 0).sort((a, b) => a - b);
  for (const rank of order) {
    for (const [index, column] of columns.entries()) {
      if (column.yields === rank) widths[index] = shorten(column, excess(widths, width, gap));
    }
  }
  for (const rank of order) {
    for (const [index, column] of columns.entries()) {
      if (column.yields === rank && excess(widths, width, gap) > 0) widths[index] = 0;
    }
  }
  return giveBack(columns, widths, width, gap);
}

function excess(widths: readonly number[], width: number, gap: number): number {
  const shown = widths.filter((cells) => cells > 0);
  const total = shown.reduce((sum, cells) => sum + cells, 0) + gap * Math.max(0, shown.length - 1);
  return total - width;
}

function shorten(column: ColumnSize, tooMany: number): number {
  return tooMany <= 0 ? column.wanted : Math.max(Math.min(column.least, column.wanted), column.wanted - tooMany);
}

/** Leaving a column out may free more than was needed: the last to be shortened get it back first. */
function giveBack(columns: readonly ColumnSize[], widths: readonly number[], width: number, gap: number): number[] {
  const given = [...widths];
  const order = columns.map((_, index) => index).sort((a, b) => rankOf(columns, b) - rankOf(columns, a));
  for (const index of order) {
    const now = given[index] ?? 0;
    const wanted = columns[index]?.wanted ?? 0;
    const room = -excess(given, width, gap);
    if (now > 0 && now < wanted && room > 0) given[index] = Math.min(wanted, now + room);
  }
  return given;
}

function rankOf(columns: readonly ColumnSize[], index: number): number {
  return columns[index]?.yields ?? 0;
}
