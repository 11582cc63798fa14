import fc from 'fast-check';
import { checkWorld } from '../../support/redis-model-check.js';
import * as world from '../../support/redis-model-world.js';
import { idOf, newJob } from '../../support/room-jobs.js';
import { openTestRoom, type TestRoom } from '../../support/room.js';
import { pingRoom } from '#lib/redis/room.js';
import { waitUntil } from '../../support/wait-until.js';

type Play = (w: world.World) => Promise<void>;

const small = fc.nat({ max: 30 });
const agents = fc.constantFrom('a1', 'a2', 'a3', 'a4', 'b1', 'b2');
const typeOf = (agent: string): string => (agent.startsWith('a') ? 'rust' : 'node');
const repos = fc.constantFrom('o/r', 'o/s');

/** The newest but `back` of a list, if there is one. */
function pick<T>(list: readonly T[], back: number): T | undefined {
  return list[list.length - 1 - (back % Math.max(1, list.length))];
}

interface Step {
  readonly play: Play;
  readonly toString: () => string;
}

function step<T>(
  name: string,
  input: fc.Arbitrary<T>,
  play: (w: world.World, input: T) => Promise<void>,
): fc.Arbitrary<Step> {
  return input.map((value) => ({ play: (w) => play(w, value), toString: () => `${name} ${JSON.stringify(value)}` }));
}

const jobInputs = fc.record({
  repo: repos,
  ref: fc.constantFrom('refs/heads/main', 'refs/heads/topic'),
  agentType: fc.constantFrom('rust', 'rust', 'node'),
  priority: fc.constantFrom(0, 0, 5, -5),
  group: fc.constantFrom('', 'deploy', 'deploy', 'bench'),
  groupLimit: fc.integer({ min: 1, max: 3 }),
  retryOnLost: fc.boolean(),
  push: fc.constantFrom(0, 0, 1),
  seq: fc.nat({ max: 50 }),
});

const create = step('create', jobInputs, (w, { push, seq, ...inputs }) => {
  const n = w.model.jobs.size + 1;
  const sha = String(n).padStart(40, '0');
  const pushed = { trigger: 'push', supersedes: true, seq: String(seq).padStart(4, '0') } as const;
  return world.createBoth(w, newJob(n, { ...inputs, sha, ...(push === 1 ? pushed : {}) }));
});

const createAgain = step('create again', small, async (w, back) => {
  const job = pick([...w.model.jobs.values()], back);
  if (job) await world.createBoth(w, newJob(Number(job.id.slice(2)), { repo: job.repo, agentType: job.type }));
});

const claim = step('claim', fc.tuple(small, fc.boolean()), async (w, [back, again]) => {
  const receipt = pick(w.receipts, back);
  if (!receipt) return;
  const before = w.model.jobs.get(receipt.entry.job)?.token ?? '';
  await world.claimBoth(w, receipt, again && before !== '' ? before : `token-${++w.tokens}`);
});

const work = step('work', agents, async (w, agent) => {
  await world.deliver(w, agent, typeOf(agent));
  const receipt = w.receipts.at(-1);
  if (receipt) await world.claimBoth(w, receipt, `token-${++w.tokens}`);
});

function withClaim(
  name: string,
  play: (w: world.World, held: world.World['claims'][number], n: number) => Promise<void>,
) {
  return step(name, fc.tuple(small, fc.nat({ max: 3 })), async (w, [back, n]) => {
    const held = pick(w.claims, back);
    if (held) await play(w, held, n);
  });
}

const steps: fc.WeightedArbitrary<Step>[] = [
  { weight: 10, arbitrary: create },
  { weight: 1, arbitrary: createAgain },
  { weight: 4, arbitrary: step('deliver', agents, (w, agent) => world.deliver(w, agent, typeOf(agent))) },
  { weight: 6, arbitrary: work },
  { weight: 4, arbitrary: claim },
  { weight: 2, arbitrary: withClaim('heartbeat', world.heartbeatBoth) },
  { weight: 2, arbitrary: withClaim('append', world.appendBoth) },
  { weight: 1, arbitrary: withClaim('end log', world.endLogBoth) },
  { weight: 2, arbitrary: withClaim('finish', (w, held, n) => world.finishBoth(w, held, n === 0)) },
  {
    weight: 5,
    arbitrary: withClaim('end log, finish', async (w, held, n) => {
      await world.endLogBoth(w, held);
      await world.finishBoth(w, held, n === 0);
    }),
  },
  {
    weight: 3,
    arbitrary: withClaim('requeue', (w, held, n) => world.requeueBoth(w, held, n < 2 ? 'lost' : 'released')),
  },
  {
    weight: 3,
    arbitrary: step('cancel', small, (w, n) => world.cancelBoth(w, idOf(Math.max(1, w.model.jobs.size - n)))),
  },
  {
    weight: 3,
    arbitrary: step('leave', fc.tuple(agents, fc.boolean()), (w, [agent, lost]) =>
      world.leaveBoth(w, agent, lost ? 'lost' : 'released'),
    ),
  },
  { weight: 4, arbitrary: step('tick', fc.boolean(), world.tickBoth) },
  {
    weight: 3,
    arbitrary: step('ticks', fc.integer({ min: 1, max: 5 }), async (w, times) => {
      for (let i = 0; i < times; i++) {
        await world.moveClock(w, 9000);
        await world.tickBoth(w, false);
      }
    }),
  },
  {
    weight: 2,
    arbitrary: step(
      'clock',
      fc.constantFrom(1000, 9000, 31_000, 61_000, 1_900_000, -5000, -3_600_000),
      world.moveClock,
    ),
  },
  {
    weight: 2,
    arbitrary: step('control', fc.constantFrom({ paused: true }, { draining: true }), world.controlBoth),
  },
  {
    weight: 4,
    arbitrary: step('resume', fc.constant({ paused: false, draining: false }), world.controlBoth),
  },
  {
    weight: 2,
    arbitrary: step('capacity', fc.tuple(fc.constantFrom('rust', 'node'), fc.nat({ max: 4 })), (w, [type, most]) =>
      world.controlBoth(w, { capacity: { [type]: most } }),
    ),
  },
  {
    weight: 2,
    arbitrary: step('limit', fc.tuple(repos, fc.nat({ max: 3 })), (w, [repo, most]) => world.limitBoth(w, repo, most)),
  },
];

const restart: fc.WeightedArbitrary<Step> = {
  weight: 5,
  arbitrary: step('kill -9 redis and start', fc.constant(null), async (w) => {
    await w.test.server.kill();
    await w.test.server.start();
    await waitUntil(
      () =>
        pingRoom(w.test.room).then(
          () => true,
          () => false,
        ),
      { what: 'the room is back' },
    );
  }),
};

describe('the queue against its model', () => {
  let test: TestRoom;
  before(async () => {
    test = await openTestRoom();
  });
  after(() => test.stop());

  const setup = fc.record({
    rust: fc.integer({ min: 1, max: 5 }),
    node: fc.integer({ min: 1, max: 3 }),
    limit: fc.nat({ max: 3 }),
  });

  async function playAll({ rust, node, limit }: { rust: number; node: number; limit: number }, plays: readonly Step[]) {
    const w = await world.openWorld(test);
    await world.controlBoth(w, { capacity: { rust, node } });
    await world.limitBoth(w, 'o/r', limit);
    for (const { play } of plays) {
      await play(w);
      await checkWorld(w);
    }
  }

  it('does the same, and keeps its books, whatever happens', () =>
    fc.assert(
      fc.asyncProperty(setup, fc.array(fc.oneof(...steps), { minLength: 10, maxLength: 60, size: 'max' }), playAll),
      {
        numRuns: 60,
      },
    ));

  it('loses nothing when Redis is killed', () =>
    fc.assert(
      fc.asyncProperty(
        setup,
        fc.array(fc.oneof(...steps, restart), { minLength: 20, maxLength: 40, size: 'max' }),
        playAll,
      ),
      {
        numRuns: 3,
      },
    ));
});
