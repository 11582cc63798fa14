import { makeEvent, type RaibidEvent } from '#lib/core/event.js';
import { matchesAny } from '#lib/core/glob.js';
import { isTag, isZeroSha, shortRef } from '#lib/core/names.js';
import { parseInput } from '#lib/http/parse-input.js';
import type { Mirror } from '#lib/redis/mirrors.js';
import { DeletePayload, PushPayload } from './webhook-payload.js';

/** What a signed, well-formed delivery comes to. GitHub must not send again what there is nothing to do for. */
export type Judgement =
  | { readonly kind: 'ping' }
  | { readonly kind: 'nothing'; readonly code: string; readonly reason: string; readonly sha: string | null }
  | { readonly kind: 'take'; readonly event: RaibidEvent<'github.push' | 'github.delete'> };

export interface Delivery {
  readonly id: string;
  /** Value of X-GitHub-Event. */
  readonly type: string;
  readonly payload: unknown;
  /** Unix milliseconds. */
  readonly now: number;
}

/** Judges a delivery. Throws payload-invalid when it breaks its schema. */
export async function judgeDelivery(
  { id, type, payload, now }: Delivery,
  findMirror: (repo: string) => Promise<Mirror | null>,
): Promise<Judgement> {
  const envelope = { id: '', source: '/github', time: now };
  switch (type) {
    case 'ping':
      return { kind: 'ping' };
    case 'push': {
      const push = parseInput(PushPayload, payload, 'payload-invalid');
      const repo = push.repository.full_name;
      const refusal = refusePush(push, await findMirror(repo));
      if (refusal) return { kind: 'nothing', sha: isZeroSha(push.after) ? null : push.after, ...refusal };
      const message = (push.head_commit?.message ?? '').slice(0, 500);
      const data = { delivery: id, repo, ref: push.ref, sha: push.after, message };
      return { kind: 'take', event: makeEvent('github.push', { ...envelope, partitionkey: repo, data }) };
    }
    case 'delete': {
      const { ref, repository } = parseInput(DeletePayload, payload, 'payload-invalid');
      const repo = repository.full_name;
      if (!(await findMirror(repo))) return { kind: 'nothing', sha: null, ...unknownRepository(repo) };
      const data = { delivery: id, repo, ref };
      return { kind: 'take', event: makeEvent('github.delete', { ...envelope, partitionkey: repo, data }) };
    }
    default:
      return { kind: 'nothing', code: 'event-ignored', reason: `events of type ${type} start nothing`, sha: null };
  }
}

function refusePush(push: PushPayload, mirror: Mirror | null): { code: string; reason: string } | null {
  if (push.deleted || isZeroSha(push.after)) {
    return { code: 'ref-deleted', reason: `${push.ref} was deleted; the delete event does the rest` };
  }
  if (!mirror) return unknownRepository(push.repository.full_name);
  if (isTag(push.ref) && !matchesTagRule(mirror, push.ref)) {
    return { code: 'tag-without-rule', reason: `no tag rule of ${mirror.repo} matches ${shortRef(push.ref)}` };
  }
  return null;
}

export function matchesTagRule(mirror: Mirror, ref: string): boolean {
  return mirror.tags.length > 0 && matchesAny(mirror.tags, shortRef(ref));
}

function unknownRepository(repo: string): { code: string; reason: string } {
  return { code: 'repository-unknown', reason: `there is no mirror of ${repo}` };
}
