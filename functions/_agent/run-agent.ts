import { ulid } from 'ulid';
import { leaveAgent, registerAgent } from '#lib/redis/agents.js';
import { insist } from '#lib/redis/insist.js';
import { closeReader } from '#lib/redis/room.js';
import { type Claim, claimJob, readNextEntry, readOwnEntries, type ReadyEntry } from '#lib/redis/attempts.js';
import { setTimeout as delay } from 'node:timers/promises';
import { type AgentContext, takeJob } from './take-job.js';

/** A blocked read is renewed this often, in milliseconds: the agent shows that it lives and hears of a drain. */
const BLOCK_MS = 5000;

/** An agent's life: waits for a job, runs it, maybe another, leaves. */
export async function runAgent(context: AgentContext): Promise<void> {
  const { settings, leaving, log } = context;
  const cleanUps = new Set<Promise<void>>();
  try {
    for (let jobs = 0; jobs < settings.maxJobs && !leaving.aborted; jobs++) {
      const claim = await waitForJob(context, jobs === 0 ? settings.idleExitMs : settings.lingerMs);
      if (!claim) break;
      log.info({ job: claim.job.id, attempt: claim.job.attempt }, 'job claimed');
      const { mayGoOn, cleanUp } = await takeJob(context, claim);
      cleanUps.add(cleanUp.finally(() => cleanUps.delete(cleanUp)));
      if (!mayGoOn) break;
    }
  } finally {
    const { id: agent, type } = settings;
    const left = leaveAgent(context.room, { agent, type, cause: 'released' });
    await left.catch((error: unknown) => log.warn({ err: error }, 'could not say goodbye'));
    await Promise.all(cleanUps);
  }
}

/** Waits for a job up to `patienceMs`; null when there was none, or the agent has to leave. */
async function waitForJob(context: AgentContext, patienceMs: number): Promise<Claim | null> {
  const { room, settings, leaving, now } = context;
  const { id, type, host } = settings;
  const reader = room.connect();
  const stop = () => closeReader(reader);
  leaving.addEventListener('abort', stop, { once: true });
  // What was delivered before a connection was lost is asked for again.
  let own = true;
  reader.on('close', () => {
    own = true;
  });
  const end = now() + patienceMs;
  try {
    while (!leaving.aborted) {
      const { draining } = await insist(() => registerAgent(room, { id, type, host, pid: process.pid }), {
        signal: leaving,
      });
      if (draining) return null;
      const left = end - now();
      if (left <= 0) return null;
      const entries = await readEntries(reader, context, own, Math.min(BLOCK_MS, left));
      if (!entries) continue;
      own = false;
      for (const entry of entries) {
        const claim = await tryClaim(context, entry);
        if (claim) return claim;
      }
    }
    return null;
  } catch (error) {
    if (leaving.aborted) return null;
    throw error;
  } finally {
    leaving.removeEventListener('abort', stop);
    closeReader(reader);
  }
}

/** Entries for this agent; null when the connection was lost on the way. */
async function readEntries(
  reader: ReturnType<AgentContext['room']['connect']>,
  { settings: { type, id }, leaving, log }: AgentContext,
  own: boolean,
  blockMs: number,
): Promise<ReadyEntry[] | null> {
  try {
    if (own) {
      const entries = await readOwnEntries(reader, type, id);
      if (entries.length > 0) return entries;
    }
    const next = await readNextEntry(reader, type, id, blockMs);
    return next ? [next] : [];
  } catch (error) {
    if (leaving.aborted) return null;
    log.warn({ err: error }, 'reading the ready stream failed');
    await delay(200, undefined, { signal: leaving }).catch(() => undefined);
    return null;
  }
}

/** The same token for each try of one claim: an answer that got lost is given again. */
async function tryClaim({ room, settings, now, random, leaving }: AgentContext, entry: ReadyEntry) {
  const token = ulid(now(), random);
  const { type, id: agent } = settings;
  return insist(() => claimJob(room, entry, { type, agent, token }), { signal: leaving });
}
