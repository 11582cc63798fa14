import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { ulid } from 'ulid';
import { FunctionName } from '#lib/core/names.js';
import { messageOf, RaibidError } from '#lib/errors.js';
import { endEarly } from '#lib/http/end-early.js';
import { toProblem } from '#lib/http/problem.js';

const SERVED_BY = 'raibid';
const NANOSECONDS_PER_MS = 1_000_000n;

export interface GatewayOptions {
  readonly functions: Readonly<Record<FunctionName, RequestListener>>;
  /** Rejects with why the platform can't work at the moment. */
  readonly checkHealth: () => Promise<void>;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** 0 ≤ n < 1. */
  readonly random: () => number;
}

/**
 * What OpenFaaS' gateway is to the functions: `/function/<name>/<path>` reaches the function as `/<path>`, with X-Call-Id and
 * X-Start-Time. Bodies are not touched. `/healthz`, here and of a function, tells the health of the whole platform.
 */
export function createGateway(options: GatewayOptions): RequestListener {
  const { functions, checkHealth } = options;
  return (req, res) => {
    addCallHeaders(req, res, options);
    const target = parseTarget(req.url ?? '/');
    if ((target.kind === 'health' || target.url === '/healthz') && (req.method === 'GET' || req.method === 'HEAD')) {
      checkHealth().then(
        () => res.setHeader('Content-Type', 'text/plain; charset=utf-8').end('ok'),
        (cause: unknown) => refuse(req, res, new RaibidError('redis-unavailable', messageOf(cause), { cause })),
      );
    } else if (target.kind === 'function') {
      req.url = target.url;
      functions[target.name](req, res);
    } else {
      refuse(req, res, new RaibidError('route-unknown', 'Here is nothing but /function/<name> and /healthz.'));
    }
  };
}

type Target =
  | { readonly kind: 'function'; readonly name: FunctionName; readonly url: string }
  | { readonly kind: 'health' | 'unknown'; readonly url: null };

function parseTarget(url: string): Target {
  const [path = '', ...query] = url.split('?');
  if (path === '/healthz') return { kind: 'health', url: null };
  const [, name, rest = ''] = /^\/function\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  const known = FunctionName.safeParse(name);
  if (!known.success) return { kind: 'unknown', url: null };
  return { kind: 'function', name: known.data, url: [rest === '' ? '/' : rest, ...query].join('?') };
}

function addCallHeaders(req: IncomingMessage, res: ServerResponse, { now, random }: GatewayOptions): void {
  const callId = req.headers['x-call-id'] ?? ulid(now(), random);
  const startTime = (BigInt(Math.trunc(now())) * NANOSECONDS_PER_MS).toString();
  req.headers['x-call-id'] = callId;
  req.headers['x-start-time'] = startTime;
  res.setHeader('X-Call-Id', callId).setHeader('X-Start-Time', startTime).setHeader('X-Served-By', SERVED_BY);
}

function refuse(req: IncomingMessage, res: ServerResponse, error: RaibidError): void {
  const callId = req.headers['x-call-id'];
  res.statusCode = error.status;
  res.setHeader('Content-Type', 'application/problem+json; charset=utf-8');
  endEarly(req, res, JSON.stringify(toProblem(error, typeof callId === 'string' ? callId : undefined)));
}
