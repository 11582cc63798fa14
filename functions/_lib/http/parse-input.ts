import { z } from 'zod';
import { type ErrorCode, RaibidError } from '../errors.js';

const SHOWN_ISSUES = 5;
const MAX_DETAIL = 1000;

/** A value from outside by its schema. Throws `code` with where and what of the first issues. */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  code: ErrorCode,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new RaibidError(code, describeIssues(parsed.error), { cause: parsed.error });
}

/** The first issues of a zod error on one line: `env.PATH: …; ref: …`. */
export function describeIssues({ issues }: z.ZodError): string {
  const shown = issues.slice(0, SHOWN_ISSUES).map(({ path, message }) => {
    return path.length === 0 ? message : `${z.core.toDotPath(path)}: ${message}`;
  });
  const more = issues.length > SHOWN_ISSUES ? [`and ${issues.length - SHOWN_ISSUES} more`] : [];
  const text = [...shown, ...more].join('; ');
  return text.length > MAX_DETAIL ? `${text.slice(0, MAX_DETAIL)}…` : text;
}
