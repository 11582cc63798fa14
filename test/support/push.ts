import { createHmac, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { z } from 'zod';

export interface Delivery {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

export interface PushFacts {
  readonly repo: string;
  readonly sha: string;
  /** Full ref; default: refs/heads/main. */
  readonly ref?: string;
  readonly message?: string;
  readonly delivery?: string;
}

// The package is one file of JSON, of which an import would make a type of megabytes.
const require = createRequire(import.meta.url);
const ZERO = '0'.repeat(40);
const Recorded = z.array(z.object({ name: z.string(), examples: z.array(z.looseObject({})) }));

/** What GitHub once sent, word for word; the `index`th example of its event that `fits`. */
function readRecorded(event: string, fits: (payload: Record<string, unknown>) => boolean): Record<string, unknown> {
  const events = Recorded.parse(require('@octokit/webhooks-examples'));
  const found = events.find(({ name }) => name === event)?.examples.find(fits);
  if (!found) throw new Error(`no recorded ${event}`);
  return structuredClone(found);
}

/** GitHub's recorded push of a commit, or of a deletion when `sha` is all zeros, told of another repository. */
export function makePushPayload({ repo, sha, ref = 'refs/heads/main', message = 'change' }: PushFacts) {
  const isDeletion = sha === ZERO;
  const payload = readRecorded('push', (push) => push['deleted'] === isDeletion && (isDeletion || isHead(push)));
  const head = isDeletion ? null : { ...asObject(payload['head_commit']), id: sha, message };
  const created = { after: sha, ref, head_commit: head, commits: head ? [head] : [] };
  return { ...payload, ...created, repository: renamed(payload, repo) };
}

/** GitHub's recorded deletion of a branch or tag, whose `ref` is a short name. */
export function makeDeletePayload({ repo, branch }: { repo: string; branch: string }) {
  const payload = readRecorded('delete', () => true);
  return { ...payload, ref: branch, ref_type: 'branch', repository: renamed(payload, repo) };
}

/** Any other event as GitHub recorded it. */
export function makePayload(event: string, repo: string) {
  const payload = readRecorded(event, () => true);
  return { ...payload, repository: renamed(payload, repo) };
}

export function sign(body: Buffer, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** A signed delivery with the headers that GitHub sends. */
export function makeDelivery(
  payload: unknown,
  secret: string,
  { event = 'push', delivery = randomUUID() as string }: { event?: string; delivery?: string } = {},
): Delivery {
  const body = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': 'GitHub-Hookshot/3a0d1f2',
    'X-GitHub-Event': event,
    'X-GitHub-Delivery': delivery,
    'X-GitHub-Hook-ID': '292430182',
    'X-Hub-Signature-256': sign(body, secret),
  };
  return { body, headers };
}

function renamed(payload: Record<string, unknown>, repo: string) {
  const [owner = '', name = ''] = repo.split('/');
  const before = asObject(payload['repository']);
  return { ...before, name, full_name: repo, owner: { ...asObject(before['owner']), name: owner, login: owner } };
}

function isHead({ ref }: Record<string, unknown>): boolean {
  return String(ref).startsWith('refs/heads/');
}

function asObject(value: unknown): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(value ?? {});
}
