import type { z } from 'zod';
import { type ErrorCode, isErrorCode, messageOf, RaibidError } from '#lib/errors.js';
import { Problem } from '../schema.js';
import type { Platform } from './find-platform.js';

export interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Function and path: `status/jobs`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Sends a request and returns an answer that is not an error. Throws RaibidError with the platform's own words. */
export async function sendRequest({ url, token }: Platform, request: Request): Promise<Response> {
  const { method = 'GET', path, query = {}, body, headers = {}, signal } = request;
  const target = new URL(`${url}/function/${path}`);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) target.searchParams.set(name, String(value));
  }
  const response = await fetch(target, {
    method,
    headers: {
      Accept: 'application/json',
      Authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
    // The token is meant for this platform only.
    redirect: 'error',
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw new RaibidError('platform-unreachable', `${url} does not answer: ${explainFailure(cause)}`, { cause });
  });
  if (!response.ok) throw await readProblem(response, `${method} ${target.pathname}`);
  return response;
}

/** Sends a request and validates the JSON that comes back. */
export async function sendJson<S extends z.ZodType>(
  platform: Platform,
  schema: S,
  request: Request,
): Promise<z.output<S>> {
  const response = await sendRequest(platform, request);
  const source = `${request.method ?? 'GET'} /function/${request.path}`;
  return validate(schema, parseJson(await response.text(), source), source);
}

const STRANGER = 'Is it a raibid platform of the same version as this CLI?';

export function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RaibidError('internal', `${source} did not answer JSON`, { hint: STRANGER, cause });
  }
}

/** Validates what the platform answered; what does not fit names the first field that is wrong. */
export function validate<S extends z.ZodType>(schema: S, value: unknown, source: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.join('.') || 'the answer';
  throw new RaibidError('internal', `${source} answered something unexpected: ${where}: ${issue?.message ?? ''}`, {
    hint: STRANGER,
  });
}

async function readProblem(response: Response, source: string): Promise<RaibidError> {
  const text = await response.text().catch(() => '');
  let problem: z.infer<typeof Problem> | undefined;
  try {
    problem = Problem.safeParse(JSON.parse(text)).data;
  } catch {
    problem = undefined;
  }
  const known = problem !== undefined && isErrorCode(problem.code) ? problem.code : null;
  const message = problem?.detail ?? problem?.title ?? `${source} answered ${response.status} ${response.statusText}`;
  return new RaibidError(known ?? guessCode(response.status), message, {
    ...(problem?.hint && { hint: problem.hint }),
  });
}

function guessCode(status: number): ErrorCode {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'route-unknown';
  if (status >= 502 && status <= 504) return 'platform-unreachable';
  return status >= 500 ? 'internal' : 'usage';
}

/** Node's fetch says only "fetch failed"; the cause knows more. */
function explainFailure(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof AggregateError && 'code' in cause)
    return cause.code === 'ECONNREFUSED' ? 'connection refused' : String(cause.code);
  if (cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED') return 'connection refused';
  return cause instanceof Error && cause.message !== '' ? cause.message : messageOf(error);
}
