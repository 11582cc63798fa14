import { closeSync, openSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { countSlots } from '#lib/core/machine.js';
import { changeControl, readControl } from '#lib/redis/control.js';
import type { Room } from '#lib/redis/room.js';
import { buildAgentEnv } from './agent-environment.js';
import { startAgent } from './agent-process.js';
import { findAgentProgram } from './agent-program.js';
import { listWorkspaces, removeWorkspaces } from './old-workspaces.js';
import { type Scaler, startScaler } from './scaler.js';
import type { StartOptions } from './platform-options.js';

/** The agent types that this machine serves. */
const TYPES = ['rust'];

/** Sets the capacity of every type that has none, or of all types when `maxAgents` is given; answers the slots there are. */
export async function settleSlots(room: Room, maxAgents: number | null): Promise<number> {
  const slots = maxAgents ?? countSlots({ cores: availableParallelism(), memoryBytes: totalmem() });
  const capacity = Object.fromEntries(TYPES.map((type) => [type, slots]));
  await changeControl(room, { capacity }, { onlyMissing: maxAgents === null });
  const settled = (await readControl(room)).capacity;
  return Math.max(...TYPES.map((type) => settled[type] ?? slots));
}

export interface LocalScalerOptions extends StartOptions {
  readonly room: Room;
  readonly slots: number;
  readonly homeId: string;
  readonly redisUrl: string;
}

/** Starts the scaler, with agents that are processes of this machine and log where the platform does. */
export async function startLocalScaler(options: LocalScalerOptions): Promise<Scaler> {
  const { directory, log, onEvent } = options;
  const program = options.agentProgram ?? findAgentProgram();
  // Lines of several processes keep apart, since each is one write at the end of the file.
  const output = openSync(directory.platformLog, 'a', 0o600);
  const removeInBackground = (names: readonly string[]) => {
    removeWorkspaces(directory.work, names).catch((err: unknown) => log.warn({ err }, 'workspaces stay'));
  };
  // Before there are new ones.
  removeInBackground(await listWorkspaces(directory.work));
  const scaler = startScaler({
    ...options,
    types: TYPES,
    cores: availableParallelism(),
    startProcess: (agent) => startAgent({ program, env: buildAgentEnv(agent, options), output }),
    onAbandoned: (attempt) => removeInBackground([attempt]),
    onFailing: ({ lastWords, waitMs }) => onEvent({ kind: 'agents-failing', lastWords, waitMs }),
  });
  return {
    ...scaler,
    async stop(ms) {
      await scaler.stop(ms);
      closeSync(output);
    },
  };
}
