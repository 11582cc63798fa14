import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ErrorCode, RaibidError } from '../errors.js';
import { toProblem } from './problem.js';

const CODES: Readonly<Record<string, ErrorCode>> = {
  HPE_INVALID_EOF_STATE: 'body-incomplete',
  ERR_HTTP_REQUEST_TIMEOUT: 'body-incomplete',
};

/** Answers bytes that are no request, and closes the connection; `begun` says that an answer is on its way already. */
export function refuseMalformed(error: Error, socket: Duplex, { begun }: { begun: boolean }): void {
  if (begun || !socket.writable) {
    socket.destroy();
    return;
  }
  const why = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const code = CODES[why] ?? 'request-malformed';
  const what = code === 'body-incomplete' ? 'The request ended too soon.' : 'This is no HTTP/1.1 request.';
  const problem = new RaibidError(code, what);
  const body = JSON.stringify(toProblem(problem));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
