import type { Logger } from 'pino';
import { ulid } from 'ulid';
import type { GivenBack } from '#lib/core/retry-policy.js';
import type { AgentExit, AgentProcess } from './agent-process.js';

export interface LocalAgent {
  readonly id: string;
  readonly type: string;
  readonly process: AgentProcess;
}

/** An agent whose process is gone and of which Redis does not know yet. */
export interface Departure extends AgentExit {
  readonly id: string;
  readonly type: string;
  readonly livedMs: number;
  /** What its job, if it still has one, is given back for. */
  readonly cause: GivenBack;
}

export interface Agents {
  count(type?: string): number;
  start(settings: { type: string; warm: boolean; buildJobs: number }): Promise<void>;
  /** Those that are gone and not yet forgotten, oldest first. */
  readonly departed: ReadonlySet<Departure>;
  forget(departure: Departure): void;
  /** Asks all to give back what they run and to leave; kills those that have not left after `ms`. */
  dismiss(ms: number): Promise<void>;
  killAll(): void;
}

export interface AgentsOptions {
  readonly startProcess: (agent: {
    id: string;
    type: string;
    warm: boolean;
    buildJobs: number;
  }) => Promise<AgentProcess>;
  readonly onDeparture: () => void;
  readonly log: Logger;
  readonly now: () => number;
  readonly random: () => number;
}

/** How long the kernel may take to end a process that it was told to kill. */
const KILLED_MS = 2000;

/** The agents that run on this machine, as processes of ours. */
export function createAgents({ startProcess, onDeparture, log, now, random }: AgentsOptions): Agents {
  const present = new Set<LocalAgent>();
  const departed = new Set<Departure>();
  let dismissed = false;

  async function start({ type, warm, buildJobs }: { type: string; warm: boolean; buildJobs: number }): Promise<void> {
    const id = `${type}-${ulid(now(), random).slice(-8).toLowerCase()}`;
    const startedAt = now();
    const agent = { id, type, process: await startProcess({ id, type, warm, buildJobs }) };
    present.add(agent);
    log.info({ agent: id, agentPid: agent.process.pid, warm }, 'agent started');
    void agent.process.exited.then((exit) => {
      present.delete(agent);
      // Who was sent away did not lose its job.
      const cause = exit.code === 0 || dismissed ? 'released' : 'lost';
      departed.add({ id, type, livedMs: now() - startedAt, cause, ...exit });
      onDeparture();
    });
  }

  return {
    count: (type) => [...present].filter((agent) => type === undefined || agent.type === type).length,
    start,
    departed,
    forget: (departure) => void departed.delete(departure),
    async dismiss(ms) {
      dismissed = true;
      const leaving = [...present].map(({ process }) => process);
      for (const process of leaving) process.askToLeave();
      await Promise.all(leaving.map((process) => process.waitForExit(ms)));
      for (const { process } of present) process.kill();
      await Promise.all(leaving.map((process) => process.waitForExit(KILLED_MS)));
      await Promise.all([...present].map(({ process }) => process.exited));
    },
    killAll() {
      dismissed = true;
      for (const { process } of present) process.kill();
    },
  };
}
