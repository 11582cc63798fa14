import { isTerminal, type JobState } from '#lib/core/job-state.js';

/** Who keeps its row longest when rows run out. */
const RANK: Readonly<Record<JobState, number>> = {
  running: 0,
  ready: 1,
  queued: 2,
  held: 3,
  failed: 4,
  errored: 4,
  succeeded: 4,
  cancelled: 4,
};

export interface ChosenRows<Row> {
  readonly rows: readonly Row[];
  /** What is not shown, in words: `12 more (9 ended)`; null when all is shown. */
  readonly more: string | null;
}

/**
 * The rows that fit `most` lines, the line that counts the others included. Order is kept, so that rows never jump;
 * ended jobs go first, oldest first. A selected row is always among them.
 */
export function chooseRows<Row extends { readonly id: string; readonly state: JobState }>(
  rows: readonly Row[],
  most: number,
  selected: string | null,
): ChosenRows<Row> {
  if (rows.length <= most) return { rows, more: null };
  const room = Math.max(1, most - 1);
  const kept = rows.toSorted((a, b) => RANK[a.state] - RANK[b.state]).slice(0, room);
  const at = rows.findIndex((row) => row.id === selected);
  const keptIds = new Set(kept.map((row) => row.id));
  const visible =
    selected === null || at === -1 || keptIds.has(selected)
      ? rows.filter((row) => keptIds.has(row.id))
      : // Moved beyond them: a window of the whole list that ends with the selected row.
        rows.slice(Math.max(0, at - room + 1), Math.max(at + 1, room));
  const shownIds = new Set(visible.map((row) => row.id));
  const hidden = rows.filter((row) => !shownIds.has(row.id));
  const ended = hidden.filter((row) => isTerminal(row.state)).length;
  const detail = ended === 0 || ended === hidden.length ? '' : ` (${ended} ended)`;
  return { rows: visible, more: `${hidden.length} more${detail || (ended > 0 ? ' ended' : '')}` };
}
