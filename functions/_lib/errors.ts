/**
 * Every error a user can meet, by its stable code. `status` is the HTTP answer, `exit` the exit code of the CLI,
 * `retry` whether the same call may succeed later. docs/reference/errors.md holds the same codes, tied by a test.
 */
const REGISTRY = {
  unauthorized: {
    status: 401,
    exit: 3,
    retry: false,
    hint: 'Send "Authorization: Bearer <token>"; the local token is in DIR/secrets/admin-token.',
  },
  forbidden: { status: 403, exit: 3, retry: false, hint: 'Use a token with the scope that the message names.' },
  'signature-missing': {
    status: 401,
    exit: 3,
    retry: false,
    hint: 'Set the webhook secret in GitHub to the content of DIR/secrets/webhook-secret.',
  },
  'signature-invalid': {
    status: 401,
    exit: 3,
    retry: false,
    hint: 'The secret in GitHub and DIR/secrets/webhook-secret must be the same.',
  },
  'header-invalid': {
    status: 400,
    exit: 2,
    retry: false,
    hint: 'GitHub sends X-GitHub-Event and X-GitHub-Delivery with every call; send both.',
  },
  'request-malformed': { status: 400, exit: 2, retry: false, hint: 'Send well-formed HTTP/1.1.' },
  'body-incomplete': { status: 400, exit: 2, retry: false, hint: 'Send the whole body.' },
  'body-too-large': { status: 413, exit: 2, retry: false, hint: "Bodies end at 25 MB, as GitHub's do." },
  'body-not-json': { status: 400, exit: 2, retry: false, hint: "Set the webhook's content type to application/json." },
  'content-type-unsupported': { status: 415, exit: 2, retry: false, hint: 'Send content-type application/json.' },
  'payload-invalid': { status: 422, exit: 2, retry: false, hint: 'The message names the field and what it must be.' },
  'query-invalid': { status: 400, exit: 2, retry: false, hint: 'The message names the parameter and what it must be.' },
  'url-invalid': { status: 400, exit: 2, retry: false, hint: 'Percent-encode the path of the URL as UTF-8.' },
  'route-unknown': { status: 404, exit: 2, retry: false, hint: 'docs/reference/http.md lists the routes.' },
  'method-not-allowed': { status: 405, exit: 2, retry: false, hint: 'docs/reference/http.md lists the routes.' },
  'job-unknown': { status: 404, exit: 1, retry: false, hint: 'raibid jobs list shows the jobs there are.' },
  'job-terminal': { status: 409, exit: 1, retry: false, hint: 'raibid jobs retry starts it again as a new job.' },
  'job-not-terminal': { status: 409, exit: 1, retry: false, hint: 'Wait for the job to end, or cancel it first.' },
  'attempt-unknown': {
    status: 404,
    exit: 1,
    retry: false,
    hint: 'raibid jobs show tells how many attempts there were.',
  },
  'log-expired': { status: 410, exit: 1, retry: false, hint: 'Logs are kept as long as their job.' },
  'mirror-unknown': {
    status: 404,
    exit: 1,
    retry: false,
    hint: 'raibid mirror list shows the mirrors; raibid mirror add makes one.',
  },
  'mirror-exists': { status: 409, exit: 1, retry: false, hint: 'Remove the mirror first to give it another upstream.' },
  'mirror-busy': {
    status: 425,
    exit: 1,
    retry: true,
    hint: 'A long sync of this repository is running; try again when it is done.',
  },
  'upstream-unsupported': {
    status: 422,
    exit: 2,
    retry: false,
    hint: 'Use an https or ssh URL; file:// and paths work in local mode only.',
  },
  'upstream-unreachable': {
    status: 502,
    exit: 1,
    retry: true,
    hint: 'Check the upstream URL and that git fetch works with it from this machine.',
  },
  'commit-unknown': { status: 404, exit: 1, retry: false, hint: 'Push the commit, then raibid mirror sync.' },
  'ref-unknown': {
    status: 404,
    exit: 1,
    retry: false,
    hint: 'Give a branch or tag of the repository, or a full commit id.',
  },
  'nothing-to-run': { status: 422, exit: 1, retry: false, hint: 'Add a .raibid.yml with steps, or a Cargo.toml.' },
  'idempotency-conflict': {
    status: 409,
    exit: 1,
    retry: false,
    hint: 'Use a new Idempotency-Key for another request.',
  },
  'dead-letter-unknown': { status: 404, exit: 1, retry: false, hint: 'raibid dead list shows what is there.' },
  'token-exists': { status: 409, exit: 1, retry: false, hint: 'Choose another name, or remove the token first.' },
  'token-unknown': { status: 404, exit: 1, retry: false, hint: 'raibid token list shows the names.' },
  'event-unknown': { status: 422, exit: 1, retry: false, hint: 'The function does not handle events of this type.' },
  fenced: { status: 409, exit: 1, retry: false, hint: 'The job belongs to another attempt now.' },
  'log-incomplete': { status: 409, exit: 1, retry: true, hint: 'Store the end marker of the log, then finish.' },
  'redis-unavailable': { status: 503, exit: 4, retry: true, hint: 'Redis is away; the call may be repeated.' },
  'data-too-new': {
    status: 500,
    exit: 1,
    retry: false,
    hint: 'This data was written by a newer raibid; use that version.',
  },
  internal: { status: 500, exit: 1, retry: true, hint: 'The log of the function has the details under the call id.' },
  'config-invalid': { status: 500, exit: 3, retry: false, hint: 'docs/reference/config.md lists the settings.' },
  'secret-missing': {
    status: 500,
    exit: 3,
    retry: false,
    hint: 'raibid up makes the secrets; in a cluster, faas-cli secret create.',
  },
  'platform-unreachable': { status: 503, exit: 4, retry: true, hint: 'Start it with raibid up, or set RAIBID_URL.' },
  'platform-running': {
    status: 409,
    exit: 1,
    retry: false,
    hint: 'Use the platform that runs, stop it first, or give another --data DIR.',
  },
  'port-taken': { status: 409, exit: 1, retry: false, hint: 'Give another port with --port N.' },
  'program-missing': { status: 500, exit: 3, retry: false, hint: 'Install the program that the message names.' },
  usage: { status: 400, exit: 2, retry: false, hint: 'raibid help lists the commands.' },
} as const satisfies Record<string, ErrorKind>;

interface ErrorKind {
  readonly status: number;
  readonly exit: number;
  readonly retry: boolean;
  readonly hint: string;
}

export type ErrorCode = keyof typeof REGISTRY;

export const ERROR_CODES = Object.keys(REGISTRY) as ErrorCode[];

export function describeError(code: ErrorCode): ErrorKind {
  return REGISTRY[code];
}

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(REGISTRY, code);
}

/** The one error type: a stable code, a message that says what and where, a hint that says what to do next. */
export class RaibidError extends Error {
  override readonly name = 'RaibidError';
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.hint = options.hint ?? REGISTRY[code].hint;
  }

  get status(): number {
    return REGISTRY[this.code].status;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
