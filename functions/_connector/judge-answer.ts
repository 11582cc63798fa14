/** How a call ended. */
export type Answer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** `code` of our own problem+json; null when the answer is another's, such as a gateway's. */
      readonly code: string | null;
      /** What `Retry-After` asks for; null without it. */
      readonly retryAfterMs: number | null;
      /** Whether gateway or watchdog say that the answer is theirs and not the function's. */
      readonly internal: boolean;
      /** Beginning of the body. */
      readonly excerpt: string;
    }
  /** No answer within the function's timeout. */
  | { readonly kind: 'late'; readonly afterMs: number }
  /** The connection broke after the event was on its way. */
  | { readonly kind: 'broken'; readonly problem: string }
  /** There was no connection, or nothing to sign with: the function never saw the event. */
  | { readonly kind: 'unreachable'; readonly problem: string };

export type Verdict =
  | { readonly kind: 'done' }
  | { readonly kind: 'dead' }
  | { readonly kind: 'again'; readonly counted: boolean; readonly retryAfterMs: number | null };

/** The event itself is at fault: no repetition will help. */
const HOPELESS: ReadonlySet<number> = new Set([400, 413, 415, 422]);
/** The way to the function is at fault, or the function asks to come later. */
const INFRASTRUCTURE: ReadonlySet<number> = new Set([401, 403, 404, 425, 429]);

/** A function that is not there, or no way to it. */
const NO_FUNCTION: ReadonlySet<number> = new Set([502, 503]);
/** The function took too long for watchdog or gateway. */
const TOO_LONG = 504;

/** Our own words for something that is away for everyone: no event may be given up for it. */
const AWAY: ReadonlySet<string> = new Set(['redis-unavailable', 'upstream-unreachable']);

/** What an answer means for the entry; `own`: one of our functions answers, whose own errors carry a code. */
export function judgeAnswer(answer: Answer, own: boolean): Verdict {
  switch (answer.kind) {
    case 'unreachable':
      return { kind: 'again', counted: false, retryAfterMs: null };
    case 'late':
    case 'broken':
      return { kind: 'again', counted: true, retryAfterMs: null };
    case 'answered': {
      const { status, code, retryAfterMs } = answer;
      if (status >= 200 && status < 300) return { kind: 'done' };
      if (HOPELESS.has(status)) return { kind: 'dead' };
      const notItself = own ? code === null || AWAY.has(code) : isInfrastructure(answer);
      return { kind: 'again', counted: !INFRASTRUCTURE.has(status) && !(status >= 500 && notItself), retryAfterMs };
    }
  }
}

/** What OpenFaaS' provider says, in plain words and without a mark, when a pod went away under a call. */
const PROVIDERS_WORDS = /^(?:Can't reach service for|No endpoints available for)\b/;

/** Whether a 5xx of somebody else's function speaks of the way to it; one that was too slow has had its try. */
function isInfrastructure({ status, internal, excerpt }: Extract<Answer, { kind: 'answered' }>): boolean {
  return NO_FUNCTION.has(status) || (internal && status !== TOO_LONG) || PROVIDERS_WORDS.test(excerpt);
}

/** The answer in one line, for people who look at a dead letter. */
export function describeAnswer(answer: Answer): string {
  switch (answer.kind) {
    case 'unreachable':
      return `no connection: ${answer.problem}`;
    case 'broken':
      return `the connection broke: ${answer.problem}`;
    case 'late':
      return `no answer within ${answer.afterMs} ms`;
    case 'answered':
      return [answer.status, answer.code, answer.excerpt].filter((part) => part !== null && part !== '').join(' ');
  }
}
