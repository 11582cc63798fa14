import { createHmac, randomUUID } from 'node:crypto';
import { type Agent, request } from 'node:http';

export interface Push {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Pushed {
  readonly repo: string;
  readonly sha: string;
  readonly branch?: string;
  /** The payload is filled up to this many bytes. */
  readonly bytes?: number;
}

/** A push as GitHub delivers it, signed and ready to be sent. */
export function makePush({ repo, sha, branch = 'main', bytes = 0 }: Pushed, secret: string): Push {
  const [owner = '', name = ''] = repo.split('/');
  const person = { name: 'Ada Lovelace', email: 'ada@example.com', username: 'ada' };
  const files: string[] = [];
  const head = {
    id: sha,
    message: 'Change things',
    author: person,
    committer: person,
    added: [],
    removed: [],
    modified: files,
  };
  const payload = {
    ref: `refs/heads/${branch}`,
    before: '1'.repeat(40),
    after: sha,
    created: false,
    deleted: false,
    forced: false,
    repository: {
      id: 1,
      name,
      full_name: repo,
      private: false,
      owner: { name: owner, login: owner },
      default_branch: 'main',
    },
    pusher: person,
    sender: { login: 'ada', id: 1, type: 'User' },
    commits: [head],
    head_commit: head,
  };
  // Lists of files are what makes real payloads long; the head stands in the payload twice.
  const missing = bytes - JSON.stringify(payload).length;
  for (let n = 0; n < missing / 80; n += 1)
    files.push(`src/some/module/of/the/project_${String(n).padStart(4, '0')}.rs`.slice(-37));
  const body = Buffer.from(JSON.stringify(payload));
  return {
    body,
    headers: {
      'Content-Type': 'application/json',
      'Content-Length': String(body.length),
      'User-Agent': 'GitHub-Hookshot/bench',
      'X-GitHub-Event': 'push',
      'X-GitHub-Delivery': randomUUID(),
      'X-Hub-Signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
  };
}

/** Posts a push; answers the status when the whole answer is here. */
export function sendPush(url: string, { body, headers }: Push, agent?: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(
      `${url}/function/mirror-sync`,
      { method: 'POST', headers, ...(agent && { agent }) },
      (answer) => {
        answer.on('error', reject).on('end', () => resolve(answer.statusCode ?? 0));
        answer.resume();
      },
    );
    call.on('error', reject).end(body);
  });
}

/** Posts a push that must be taken; answers when it was sent, in Unix milliseconds. */
export async function deliver(platform: { url: string; webhookSecret: string }, pushed: Pushed): Promise<number> {
  const push = makePush(pushed, platform.webhookSecret);
  const sentAt = Date.now();
  const status = await sendPush(platform.url, push);
  if (status !== 202) throw new Error(`the webhook answered ${status}`);
  return sentAt;
}
