/** The states a job can be in. The hash `job:<id>` holds exactly one of them. */
export const JOB_STATES = [
  'held',
  'queued',
  'ready',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'errored',
] as const;

export type JobState = (typeof JOB_STATES)[number];

/** The only legal arrows. The picture in docs/diagrams is generated from this table. */
export const ARROWS: Readonly<Record<JobState, readonly JobState[]>> = {
  held: ['queued', 'cancelled'],
  queued: ['ready', 'held', 'cancelled'],
  ready: ['running', 'queued', 'cancelled', 'errored'],
  running: ['succeeded', 'failed', 'cancelled', 'errored', 'queued'],
  succeeded: [],
  failed: [],
  cancelled: [],
  errored: [],
};

/** The states a job may be created in: a job older than its successor is born cancelled. */
export const INITIAL_STATES: readonly JobState[] = ['queued', 'cancelled'];

export function isTerminal(state: JobState): boolean {
  return ARROWS[state].length === 0;
}

export const TERMINAL_STATES = JOB_STATES.filter(isTerminal);

export function canMove(from: JobState, to: JobState): boolean {
  return ARROWS[from].includes(to);
}

/** Draws the table as a Mermaid state diagram. */
export function drawStateDiagram(): string {
  const lines = INITIAL_STATES.map((state) => `    [*] --> ${state}`);
  for (const from of JOB_STATES) {
    for (const to of ARROWS[from]) lines.push(`    ${from} --> ${to}`);
    if (isTerminal(from)) lines.push(`    ${from} --> [*]`);
  }
  return ['stateDiagram-v2', ...lines, ''].join('\n');
}
