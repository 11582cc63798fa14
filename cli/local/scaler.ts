import { countAgentsToStart } from '#lib/core/keda.js';
import { countBuildJobs } from '#lib/core/machine.js';
import { messageOf } from '#lib/errors.js';
import { countWanted, readControl } from '#lib/redis/control.js';
import { type Change, followChanges } from '#lib/redis/events.js';
import type { Room } from '#lib/redis/room.js';
import { type Agents, createAgents, type AgentsOptions, type Departure } from './agents.js';
import { createBackoff } from './backoff.js';
import { createBell } from './bell.js';
import { settleDeparture } from './settle-departure.js';

/** As KEDA polls; changes are acted on at once. */
const POLL_MS = 1000;
/** An agent that ends sooner, and not well, was never of use. */
const SHORT_LIFE_MS = 2000;

export interface ScalerOptions extends Pick<AgentsOptions, 'startProcess' | 'log' | 'now' | 'random'> {
  readonly room: Room;
  readonly types: readonly string[];
  /** Agents of each type that wait even when there is nothing to do; inside the slots. */
  readonly warm: number;
  /** Slots of a type whose capacity Redis does not tell. */
  readonly slots: number;
  readonly cores: number;
  /** Agents end as soon as they start; the next try is in `waitMs`. */
  readonly onFailing?: (failing: { type: string; lastWords: string; waitMs: number }) => void;
  /** An attempt, `<job>.<number>`, whose agent is gone has nobody any more to remove its workspace. */
  readonly onAbandoned?: (attempt: string) => void;
}

export interface Scaler {
  countAgents(): number;
  /** Sends all agents away, kills those that are still there after `ms`, gives their jobs back. */
  stop(ms: number): Promise<void>;
  stopNow(): void;
}

/** Starts as many agents as KEDA would, at every change of the queue and at least once a second. */
export function startScaler(options: ScalerOptions): Scaler {
  const { room, types, log, now } = options;
  const bell = createBell();
  const stopping = new AbortController();
  const agents = createAgents({ ...options, onDeparture: bell.ring });
  const backoffs = new Map(types.map((type) => [type, createBackoff({ firstMs: 1000, maxMs: 30_000 })]));
  const notBefore = new Map<string, number>();

  async function settle(departure: Departure): Promise<void> {
    const { id, type, code, signal, livedMs, lastWords } = departure;
    const { registered, outcome, attempt } = await settleDeparture(room, departure);
    agents.forget(departure);
    if (attempt !== null) options.onAbandoned?.(attempt);
    const fields = { agent: id, code, signal, livedMs, job: outcome };
    if (departure.cause === 'released' || (registered && livedMs >= SHORT_LIFE_MS)) {
      backoffs.get(type)?.succeed();
      log.info({ ...fields, ...(code !== 0 && { lastWords }) }, 'agent ended');
      return;
    }
    const waitMs = backoffs.get(type)?.fail() ?? 0;
    notBefore.set(type, now() + waitMs);
    log.error({ ...fields, lastWords, waitMs }, 'agent ended soon after its start');
    if (waitMs > 0) options.onFailing?.({ type, lastWords, waitMs });
  }

  async function scale(): Promise<void> {
    for (const departure of agents.departed) await settle(departure);
    const control = await readControl(room);
    if (control.draining) return;
    for (const type of types) {
      if (now() < (notBefore.get(type) ?? 0)) continue;
      await startMissing(agents, { ...options, type, slots: control.capacity[type] ?? options.slots }, stopping.signal);
    }
  }

  const scaling = (async () => {
    let problem = '';
    while (!stopping.signal.aborted) {
      const thrown = await scale().then(() => '', messageOf);
      if (thrown !== '' && thrown !== problem) log.warn({ problem: thrown }, 'scaler can not work; it keeps trying');
      problem = thrown;
      await bell.wait(POLL_MS);
    }
  })();
  const listening = ringAtChanges(room, bell.ring, stopping.signal);

  return {
    countAgents: () => agents.count(),
    async stop(ms) {
      stopping.abort();
      bell.ring();
      await agents.dismiss(ms);
      await Promise.all([scaling, listening]);
      // One may have been about to start.
      await agents.dismiss(0);
      try {
        for (const departure of agents.departed) await settle(departure);
      } catch (err) {
        log.warn({ err }, 'jobs of agents that left are given back at the next start');
      }
    },
    stopNow() {
      stopping.abort();
      bell.ring();
      agents.killAll();
    },
  };
}

async function startMissing(
  agents: Agents,
  { room, type, slots, warm, cores }: Pick<ScalerOptions, 'room' | 'slots' | 'warm' | 'cores'> & { type: string },
  signal: AbortSignal,
): Promise<void> {
  const minReplicas = Math.min(warm, slots);
  const buildJobs = countBuildJobs({ cores }, Math.max(1, slots));
  while (!signal.aborted) {
    const queueLength = await countWanted(room, type);
    const running = agents.count(type);
    const missing = countAgentsToStart({ queueLength, running, minReplicas, maxReplicas: slots });
    if (missing === 0) return;
    for (let i = 0; i < missing; i += 1) await agents.start({ type, warm: running < minReplicas, buildJobs });
  }
}

/** Changes only hint: a missed one is made good by the poll. */
async function ringAtChanges(room: Room, ring: () => void, signal: AbortSignal): Promise<void> {
  const concerns = ({ type, state }: Change) => type === 'control' || (type === 'job' && state === 'ready');
  for await (const changes of followChanges(room, signal, () => undefined)) {
    if (changes.some(concerns)) ring();
  }
}
