export interface Log {
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

/** One line of JSON an entry, on stdout, which is written before the call returns. */
export const log: Log = {
  info: (message, fields) => write('info', message, fields),
  warn: (message, fields) => write('warn', message, fields),
  error: (message, fields) => write('error', message, fields),
};

/** Anything that was thrown, as fields of a log line. */
export function describe(thrown: unknown): object {
  if (!(thrown instanceof Error)) return { error: String(thrown) };
  const code = 'code' in thrown && typeof thrown.code === 'string' ? { code: thrown.code } : {};
  const cause = thrown.cause === undefined ? {} : { cause: describe(thrown.cause) };
  return { error: thrown.message, ...code, stack: thrown.stack, ...cause };
}

function write(level: string, message: string, fields: object = {}): void {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`);
}
