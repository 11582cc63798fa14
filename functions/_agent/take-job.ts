import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { AgentTypePlugin } from '#lib/agent-types/agent-type.js';
import type { Mirrors } from '#lib/mirrors/mirrors.js';
import { type Claim, type Ending, finishJob, requeueJob } from '#lib/redis/attempts.js';
import { insist } from '#lib/redis/insist.js';
import type { Room } from '#lib/redis/room.js';
import { keepLease, type Lease } from './keep-lease.js';
import { openLogShipper } from './log/log-shipper.js';
import { runJob } from './run-job.js';
import type { AgentSettings } from './settings.js';
import { openWorkspace, removeWorkspace } from './workspace.js';

export interface AgentContext {
  readonly room: Room;
  readonly settings: AgentSettings;
  readonly plugin: AgentTypePlugin;
  readonly mirrors: Pick<Mirrors, 'url'>;
  readonly log: Logger;
  readonly now: () => number;
  readonly random: () => number;
  /** Aborts when the agent has to leave. */
  readonly leaving: AbortSignal;
}

/** How long a leaving agent tries to reach an absent Redis, in milliseconds. */
const LEAVE_MS = 5000;

/** From claim to finish: runs the job while the lease holds. Answers whether the agent may take another, and the clean-up to wait for. */
export async function takeJob(
  context: AgentContext,
  claim: Claim,
): Promise<{ mayGoOn: boolean; cleanUp: Promise<void> }> {
  const { room, settings, log, now, leaving } = context;
  const { job } = claim;
  const lease = keepLease(room, claim, { agent: settings.id, log });
  const workspace = await openWorkspace(settings.workDirectory, `${job.id}.${job.attempt}`);
  const patience = AbortSignal.any([lease.lost, expireAfter(leaving, LEAVE_MS)]);
  const onFenced = () => lease.markLost();
  const shipper = openLogShipper({ room, claim, now, onFenced, signal: patience });
  const killed = AbortSignal.any([lease.lost, leaving]);
  try {
    const run = { ...context, claim, workspace, shipper, cancelled: lease.cancelled, killed };
    const ending = await judgeErrored(await runJob(run), lease);
    if (lease.lost.aborted) {
      log.warn({ job: job.id, attempt: job.attempt }, 'job lost');
    } else if (leaving.aborted && !lease.cancelled.aborted && ending.state === 'cancelled') {
      const outcome = await insist(() => requeueJob(room, claim, 'released'), { signal: patience });
      log.info({ job: job.id, outcome }, 'job released');
    } else {
      const ended = await shipper.end();
      const outcome =
        ended === 'fenced' ? ended : await insist(() => finishJob(room, claim, ending), { signal: patience });
      log.info({ job: job.id, state: ending.state, outcome }, 'job finished');
    }
  } catch (error) {
    // Redis stayed away or the job went to another attempt: the lease's end gives it back.
    log.error({ err: error, job: job.id }, 'attempt could not be ended');
  } finally {
    lease.stop();
  }
  return { mayGoOn: !leaving.aborted && !lease.isDraining(), cleanUp: removeWorkspace(workspace) };
}

/** What went wrong in a job that is being cancelled was its mirror's removal, or does not matter any more. */
async function judgeErrored(ending: Ending, lease: Lease): Promise<Ending> {
  if (ending.state !== 'errored') return ending;
  await lease.ask();
  return lease.cancelled.aborted ? { ...ending, state: 'cancelled', cause: 'user' } : ending;
}

/** A signal that aborts `ms` after another one did. */
function expireAfter(signal: AbortSignal, ms: number): AbortSignal {
  const expired = new AbortController();
  signal.addEventListener(
    'abort',
    () => {
      delay(ms, undefined, { ref: false }).then(
        () => expired.abort(),
        () => undefined,
      );
    },
    { once: true },
  );
  return expired.signal;
}
