import { Agent, type IncomingMessage, request } from 'node:http';
import { Agent as SecureAgent, request as requestSecurely } from 'node:https';
import { ulid } from 'ulid';
import { z } from 'zod';
import { messageOf } from '#lib/errors.js';
import { EVENT_SIGNATURE_HEADER, signEvent } from '#lib/http/event-signature.js';
import type { Answer } from './judge-answer.js';
import { readRetryAfter } from './retry-after.js';

const EXCERPT_BYTES = 16_384;
const EXCERPT_CHARS = 500;
const Problem = z.object({ code: z.string(), detail: z.string().default('') });

export interface Call {
  readonly url: string;
  /** What woke the function: `redis:<stream>` or `schedule:<type>`. */
  readonly topic: string;
  readonly body: Buffer;
  readonly contentType: string;
  /** Sent along; null for none. */
  readonly messageId: string | null;
  /** Whether it is for one of ours, which want to know that it comes from us. */
  readonly signed: boolean;
  readonly timeoutMs: number;
  /** Ends the call; its answer then is `broken`. */
  readonly signal: AbortSignal;
}

/** Posts events to functions over connections that stay open. */
export interface Invoker {
  /** Makes one call. Never rejects. */
  invoke(call: Call): Promise<Answer>;
  close(): void;
}

export function createInvoker({
  readSecret,
  now,
  random,
}: {
  readSecret: () => Promise<string>;
  now: () => number;
  random: () => number;
}): Invoker {
  const agents = { http: new Agent({ keepAlive: true, noDelay: true }), https: new SecureAgent({ keepAlive: true }) };

  async function writeHeaders({ body, contentType, topic, messageId, signed }: Call): Promise<Headers> {
    return {
      'Content-Type': contentType,
      'Content-Length': body.length,
      'X-Topic': encodeTopic(topic),
      'X-Connector': 'raibid',
      'X-Call-Id': ulid(now(), random),
      ...(messageId !== null && { 'X-Message-Id': messageId }),
      ...(signed && { [EVENT_SIGNATURE_HEADER]: signEvent({ secret: await readSecret(), body, now: now() }) }),
    };
  }

  return {
    async invoke(call) {
      try {
        const headers = await writeHeaders(call);
        const answer = await post(call, { agents, headers, now });
        // The server closed an idle connection while we took it up: over a new one it gets the event.
        return answer === 'stale' ? freshAnswer(await post(call, { agents: null, headers, now })) : answer;
      } catch (error) {
        return { kind: 'unreachable', problem: messageOf(error) };
      }
    },
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

type Headers = Readonly<Record<string, string | number>>;

/** A stream may have any name, a header may not. */
function encodeTopic(topic: string): string {
  return topic.replace(/[^\x20-\x7e]/gu, (char) => encodeURIComponent(char));
}

function freshAnswer(answer: Answer | 'stale'): Answer {
  return answer === 'stale' ? { kind: 'broken', problem: 'connection reset' } : answer;
}

function post(
  { url, body, timeoutMs, signal }: Call,
  { agents, headers, now }: { agents: { http: Agent; https: SecureAgent } | null; headers: Headers; now: () => number },
): Promise<Answer | 'stale'> {
  return new Promise((resolve) => {
    let connected = false;
    const options = { method: 'POST', headers, signal };
    const req = url.startsWith('https:')
      ? requestSecurely(url, { ...options, agent: agents?.https ?? false })
      : request(url, { ...options, agent: agents?.http ?? false });
    const timer = setTimeout(() => {
      resolve({ kind: 'late', afterMs: timeoutMs });
      req.destroy();
    }, timeoutMs);
    const settle = (answer: Answer | 'stale') => {
      clearTimeout(timer);
      resolve(answer);
    };
    req.on('socket', (socket) => {
      connected = !socket.connecting;
      // A socket that is used again would keep the listener for ever.
      if (connected) return;
      socket.once('connect', () => {
        connected = true;
      });
    });
    req.on('response', (res) => {
      // Whoever refuses without a word of ours may not be who we mean: the next call finds its way anew.
      if ((res.statusCode ?? 0) >= 400 && !isProblem(res)) req.shouldKeepAlive = false;
      readAnswer(res, now()).then(settle, (error: unknown) => settle({ kind: 'broken', problem: messageOf(error) }));
    });
    req.on('error', (error) => {
      if (req.reusedSocket && 'code' in error && error.code === 'ECONNRESET') settle('stale');
      else settle({ kind: connected ? 'broken' : 'unreachable', problem: messageOf(error) });
    });
    req.end(body);
  });
}

function isProblem({ headers }: IncomingMessage): boolean {
  return /^application\/problem\+json/i.test(headers['content-type'] ?? '');
}

async function readAnswer(res: IncomingMessage, now: number): Promise<Answer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of res) {
    // Without an encoding set, the chunks of an IncomingMessage are Buffers.
    const bytes = chunk as Buffer;
    if (length < EXCERPT_BYTES) chunks.push(bytes);
    length += bytes.length;
  }
  const text = Buffer.concat(chunks).toString('utf8');
  const problem = isProblem(res) ? readProblem(text) : null;
  return {
    kind: 'answered',
    status: res.statusCode ?? 0,
    code: problem?.code ?? null,
    internal: res.headers['x-openfaas-internal'] !== undefined,
    retryAfterMs: readRetryAfter(res.headers['retry-after'], now),
    excerpt: (problem?.detail ?? text).slice(0, EXCERPT_CHARS),
  };
}

function readProblem(text: string): { code: string; detail: string } | null {
  try {
    return Problem.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
