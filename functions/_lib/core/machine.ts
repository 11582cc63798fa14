/** What one agent needs to build without starving its neighbours. */
const CORES_PER_SLOT = 4;
const MEMORY_PER_SLOT = 6 * 2 ** 30;

export interface Machine {
  readonly cores: number;
  readonly memoryBytes: number;
}

/** Default number of slots: one for four cores and 6 GiB, at least two where there are two cores. */
export function countSlots({ cores, memoryBytes }: Machine): number {
  const byCores = Math.max(Math.ceil(cores / CORES_PER_SLOT), Math.min(2, cores));
  const byMemory = Math.max(1, Math.floor(memoryBytes / MEMORY_PER_SLOT));
  return Math.max(1, Math.min(byCores, byMemory));
}

/** Slots are seldom all busy at once, so each agent may use this many times its share of the cores. */
const OVERBOOKED = 2;

/** Parallel compiler processes for one agent: twice its share of the cores, at least one, never more than there are. */
export function countBuildJobs({ cores }: Pick<Machine, 'cores'>, slots: number): number {
  return Math.max(1, Math.min(cores, Math.ceil((OVERBOOKED * cores) / slots)));
}
