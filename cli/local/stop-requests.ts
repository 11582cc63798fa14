/** One Ctrl-C may come twice: from the terminal, and from npm, which passes it on. */
const SAME_MS = 300;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface StopRequests {
  readonly first: Promise<void>;
  readonly second: Promise<void>;
  /** Signals do again what they did before. */
  forget(): void;
}

/** Hears the user asking to stop, and asking again. */
export function hearStopRequests(now: () => number): StopRequests {
  let firstAt: number | null = null;
  let onFirst = (): void => undefined;
  let onSecond = (): void => undefined;
  const first = new Promise<void>((resolve) => {
    onFirst = resolve;
  });
  const second = new Promise<void>((resolve) => {
    onSecond = resolve;
  });
  const hear = () => {
    if (firstAt !== null && now() - firstAt >= SAME_MS) onSecond();
    firstAt ??= now();
    onFirst();
  };
  for (const signal of SIGNALS) process.on(signal, hear);
  return {
    first,
    second,
    forget() {
      for (const signal of SIGNALS) process.off(signal, hear);
    },
  };
}
