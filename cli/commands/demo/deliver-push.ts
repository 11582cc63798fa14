import { createHmac, randomUUID } from 'node:crypto';
import { RaibidError } from '#lib/errors.js';
import type { Commit } from './upstream.js';

export interface Delivery {
  readonly url: string;
  readonly secret: string;
  readonly repo: string;
  readonly commit: Commit;
}

/** Posts a push as GitHub does: its payload, its headers, its signature. Answers the status. */
export async function deliverPush({ url, secret, repo, commit }: Delivery): Promise<number> {
  const [owner = '', name = ''] = repo.split('/');
  const author = { name: 'Ada Lovelace', email: 'ada@example.com', username: 'ada' };
  const head = {
    id: commit.sha,
    message: commit.message,
    author,
    committer: author,
    added: [],
    removed: [],
    modified: [],
  };
  const payload = {
    ref: 'refs/heads/main',
    before: commit.parent,
    after: commit.sha,
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
    pusher: author,
    sender: { login: 'ada', id: 1, type: 'User' },
    commits: [head],
    head_commit: head,
  };
  const body = JSON.stringify(payload);
  const response = await fetch(`${url}/function/mirror-sync`, {
    method: 'POST',
    body,
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': 'GitHub-Hookshot/demo',
      'X-GitHub-Event': 'push',
      'X-GitHub-Delivery': randomUUID(),
      'X-Hub-Signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
  });
  const answer = await response.text();
  if (response.status !== 202) throw new RaibidError('internal', `the webhook answered ${response.status}: ${answer}`);
  return response.status;
}
