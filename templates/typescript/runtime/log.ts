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

/** How far causes of causes are told. */
const DEPTH = 4;

/** Anything that was thrown, as fields of a log line. */
export function describe(thrown: unknown, depth = DEPTH): object {
  if (!(thrown instanceof Error)) return { error: toText(thrown) };
  const code = 'code' in thrown && typeof thrown.code === 'string' ? { code: thrown.code } : {};
  const cause = thrown.cause === undefined || depth === 0 ? {} : { cause: describe(thrown.cause, depth - 1) };
  return { error: thrown.message, ...code, stack: thrown.stack, ...cause };
}

function write(level: string, message: string, fields: object = {}): void {
  const entry = { time: new Date().toISOString(), level, message };
  process.stdout.write(`${toJson({ ...entry, ...fields }) ?? toJson({ ...entry, fields: 'can not be written' })}\n`);
}

/** Null for what JSON can't hold, such as a circle. */
function toJson(entry: object): string | null {
  try {
    return JSON.stringify(entry, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  } catch {
    return null;
  }
}

/** Not everything that may be thrown has a text. */
function toText(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'something without a text';
  }
}
