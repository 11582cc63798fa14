import { readFileSync } from 'node:fs';

/**
 * How many processes the kernel has killed for want of memory: in our cgroup where it counts them (v2, v1), else on the
 * whole machine; null where no count can be read.
 */
export function readOomKills(): number | null {
  for (const file of listCounters()) {
    const count = /^oom_kill (\d+)$/m.exec(readText(file))?.[1];
    if (count !== undefined) return Number(count);
  }
  return null;
}

function listCounters(): string[] {
  const cgroups = readText('/proc/self/cgroup');
  const unified = /^0::(.*)$/m.exec(cgroups)?.[1];
  const memory = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(cgroups)?.[1];
  return [
    ...(unified === undefined ? [] : [`/sys/fs/cgroup${unified}/memory.events`]),
    ...(memory === undefined ? [] : [`/sys/fs/cgroup/memory${memory}/memory.oom_control`]),
    '/proc/vmstat',
  ];
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
