import { type Agent, request } from 'node:http';
import { makePush as makeSignedPush, type SignedPush } from '../../../cli/commands/demo/make-push.js';

export interface Pushed {
  readonly repo: string;
  readonly sha: string;
  readonly branch?: string;
  /** The payload is filled up to this many bytes. */
  readonly bytes?: number;
}

/** A push as GitHub delivers it, signed and ready to be sent. */
export function makePush({ repo, sha, branch = 'main', bytes = 0 }: Pushed, secret: string): SignedPush {
  const pushed = { repo, sha, branch, parent: '1'.repeat(40), message: 'Change things' };
  // Lists of files are what makes real payloads long; the head stands in the payload twice.
  const missing = bytes - makeSignedPush({ ...pushed, modified: [] }, secret).body.length;
  const modified: string[] = [];
  for (let n = 0; n < missing / 80; n += 1)
    modified.push(`src/some/module/of/the/project_${String(n).padStart(4, '0')}.rs`.slice(-37));
  return makeSignedPush({ ...pushed, modified }, secret);
}

/** Posts a push; answers the status when the whole answer is here. */
export function sendPush(url: string, { body, headers }: SignedPush, agent?: Agent): Promise<number> {
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
