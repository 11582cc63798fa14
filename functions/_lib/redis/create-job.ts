import { z } from 'zod';
import type { JobInputs } from '#lib/core/job.js';
import { JOB_STATES, type JobState } from '#lib/core/job-state.js';
import { RaibidError } from '#lib/errors.js';
import { writeInputs } from './job-hash.js';
import { parseReply } from './reply.js';
import type { Room } from './room.js';

export interface NewJob extends JobInputs {
  /** Whether older live jobs of the same repository, ref and type give way to this one. Never on the default branch or tags. */
  readonly supersedes: boolean;
}

export interface Creation {
  /** `duplicate`: the change has a job already; `repeated`: the same id or Idempotency-Key came before. */
  readonly outcome: 'created' | 'duplicate' | 'repeated';
  readonly id: string;
  readonly state: JobState;
}

const Reply = z.tuple([z.enum(['created', 'duplicate', 'repeated', 'conflict']), z.string(), z.string()]);

/**
 * Makes a job, once: in one step de-duplicated by its change (pushes), superseding, and admitted if there is room.
 * Throws `idempotency-conflict` when the key was used for another request.
 */
export async function createJob(
  room: Room,
  job: NewJob,
  idempotency: { readonly key: string; readonly requestHash: string } = { key: '', requestHash: '' },
): Promise<Creation> {
  const isPush = job.trigger === 'push';
  const change = `${job.repo}:push:${job.ref}`;
  const reply = await room.run('create-job', {
    id: job.id,
    fields: writeInputs(job),
    repo: job.repo,
    sha: job.sha,
    agentType: job.agentType,
    made: isPush ? `${change}:${job.sha}:${job.agentType}` : '',
    line: isPush && job.supersedes ? `${change}:${job.agentType}` : '',
    seq: job.seq,
    idem: idempotency.key,
    requestHash: idempotency.requestHash,
  });
  const [outcome, id, state] = parseReply(Reply, reply);
  if (outcome === 'conflict') {
    throw new RaibidError('idempotency-conflict', `Idempotency-Key ${idempotency.key} was used for another request`);
  }
  return { outcome, id, state: z.enum(JOB_STATES).parse(state) };
}

/** Place of a push, from the id of its inbox entry (`ms-n`): fixed width, so that text order is order. */
export function seqOf(entryId: string): string {
  const [ms = '0', n = '0'] = entryId.split('-');
  return `${ms.padStart(15, '0')}-${n.padStart(6, '0')}`;
}
