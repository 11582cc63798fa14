import { RaibidError } from '#lib/errors.js';
import { makePush } from './make-push.js';
import type { Commit } from './upstream.js';

export interface Delivery {
  readonly url: string;
  readonly secret: string;
  readonly repo: string;
  readonly commit: Commit;
}

/** Posts a push to main as GitHub does. Answers the status. */
export async function deliverPush({ url, secret, repo, commit }: Delivery): Promise<number> {
  const { body, headers } = makePush({ repo, branch: 'main', modified: [], ...commit }, secret);
  const response = await fetch(`${url}/function/mirror-sync`, { method: 'POST', body, headers });
  const answer = await response.text();
  if (response.status !== 202) throw new RaibidError('internal', `the webhook answered ${response.status}: ${answer}`);
  return response.status;
}
