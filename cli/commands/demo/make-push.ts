import { createHmac, randomUUID } from 'node:crypto';

export interface Pushed {
  readonly repo: string;
  readonly sha: string;
  /** The head before. */
  readonly parent: string;
  readonly branch: string;
  readonly message: string;
  /** Paths that the commit changed. */
  readonly modified: readonly string[];
}

export interface SignedPush {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** A push as GitHub delivers it: its payload, its headers, its signature. */
export function makePush({ repo, sha, parent, branch, message, modified }: Pushed, secret: string): SignedPush {
  const [owner = '', name = ''] = repo.split('/');
  const person = { name: 'Ada Lovelace', email: 'ada@example.com', username: 'ada' };
  const head = { id: sha, message, author: person, committer: person, added: [], removed: [], modified };
  const payload = {
    ref: `refs/heads/${branch}`,
    before: parent,
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
  const body = Buffer.from(JSON.stringify(payload));
  return {
    body,
    headers: {
      'Content-Type': 'application/json',
      'Content-Length': String(body.length),
      'User-Agent': 'GitHub-Hookshot/demo',
      'X-GitHub-Event': 'push',
      'X-GitHub-Delivery': randomUUID(),
      'X-Hub-Signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
  };
}
