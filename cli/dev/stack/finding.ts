/** A place in a file; line and column count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Finding {
  readonly at: Place;
  /** What it is about, by its keys: `functions.enqueue.environment`. */
  readonly where: string;
  readonly what: string;
  /** What to do. */
  readonly fix: string;
}

/** One line for the terminal: `stack.yml:12:5: functions.enqueue: …. Do this.` */
export function showFinding(file: string, { at, where, what, fix }: Finding): string {
  return `${file}:${at.line}:${at.column}: ${where === '' ? '' : `${where}: `}${what}. ${fix}.`;
}
