import { type ServerResponse, STATUS_CODES } from 'node:http';

/** An error that is an answer to the caller. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

/** The error to throw for an answer with this status, 400 to 599; the caller sees `detail`. */
export function problem(status: number, detail: string): Error {
  if (!(Number.isInteger(status) && status >= 400 && status <= 599)) {
    throw new RangeError(`a problem has a status from 400 to 599, not ${status}`);
  }
  return new ProblemError(status, detail);
}

/** Answers with RFC 9457's application/problem+json; `instance` is the id under which the log has the rest. */
export function sendProblem(res: ServerResponse, { status, detail, callId }: Sent): void {
  // Headers that were meant for another answer.
  for (const name of res.getHeaderNames()) res.removeHeader(name);
  const title = STATUS_CODES[status] ?? 'Error';
  const body = JSON.stringify({ type: 'about:blank', title, status, detail, instance: callId });
  res.writeHead(status, { 'Content-Type': 'application/problem+json; charset=utf-8', 'X-Call-Id': callId });
  res.end(body);
}

interface Sent {
  readonly status: number;
  readonly detail: string;
  readonly callId: string;
}
