import { setTimeout as delay } from 'node:timers/promises';
import type { Bench } from '../bench.js';
import { withPlatform } from '../harness/platform.js';
import { listTree, type Memory, readMemory } from '../harness/processes.js';
import { deliver } from '../harness/push.js';
import { withUpstream } from '../harness/upstream.js';
import { atMost, type Row } from '../row.js';

const REPO = 'ada/tally';
const MEGABYTE = 1e6;

/** Resident memory of a platform that has built something and now waits: its own processes, and the one agent. */
export async function idleMemory({ times }: Bench): Promise<Row[]> {
  return withUpstream({ step: 'true' }, (upstream) =>
    withPlatform({}, async (platform) => {
      await platform.addMirror(REPO, upstream.path);
      const sha = await upstream.commit({ 'a.txt': 'a' });
      await deliver(platform, { repo: REPO, sha });
      await platform.waitForJob(sha, ['succeeded']);
      await platform.waitForIdleAgent();
      await delay(times(15_000, 2000));
      // A second one may still be there from the job; every agent counts as an agent, and one is told of.
      const agents = new Set((await platform.listAgents()).flatMap(({ pid }) => listTree(pid)));
      const [one = 0] = agents;
      const others = listTree(platform.pid).filter((pid) => !agents.has(pid));
      return [
        describe(200, 'idle platform, resident: node and redis-server', readMemory(others)),
        describe(80, 'idle platform, resident: one waiting agent', readMemory(listTree(one))),
      ];
    }),
  );
}

function describe(bar: number, name: string, { resident, proportional }: Memory): Row {
  const reference = { name: 'with shared pages divided (PSS)', value: proportional / MEGABYTE, unit: 'MB' };
  return atMost(bar, { name, value: resident / MEGABYTE, unit: 'MB', reference });
}
