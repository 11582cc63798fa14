import { parseDuration, Duration } from '#lib/core/duration.js';
import { countAgentsToStart } from '#lib/core/keda.js';
import { countBuildJobs, countSlots } from '#lib/core/machine.js';
import { backoffInvocation, judgeRequeue, MAX_LOST, MAX_RELEASED } from '#lib/core/retry-policy.js';
import { expect } from 'chai';
import fc from 'fast-check';

const count = fc.nat({ max: 50 });

describe("KEDA's arithmetic", () => {
  it('starts none too many, and as many as are wanted or may be', () => {
    fc.assert(
      fc.property(count, count, count, count, (queueLength, running, minReplicas, maxReplicas) => {
        const started = countAgentsToStart({ queueLength, running, minReplicas, maxReplicas });
        expect(started).to.be.at.least(0);
        if (started > 0) expect(running + started).to.be.at.most(maxReplicas);
        // One by one: another agent, while there are fewer than the warm ones plus one for each job.
        const warm = Math.min(minReplicas, maxReplicas);
        let simulated = running;
        while (simulated < warm || (running >= warm && simulated < Math.min(warm + queueLength, maxReplicas)))
          simulated++;
        expect(started).to.equal(simulated - running);
      }),
    );
  });

  it('settles: agents that were started are not started again', () => {
    fc.assert(
      fc.property(count, count, count, count, (queueLength, running, minReplicas, maxReplicas) => {
        let agents = running;
        for (let poll = 0; poll < 2; poll++) {
          agents += countAgentsToStart({ queueLength, running: agents, minReplicas, maxReplicas });
        }
        expect(countAgentsToStart({ queueLength, running: agents, minReplicas, maxReplicas })).to.equal(0);
      }),
    );
  });
});

describe('retry policy', () => {
  it('runs a job again until it came back too often', () => {
    const again = (cause: 'lost' | 'released', times: number, retryOnLost = true) =>
      judgeRequeue(cause, { lost: times, released: times, retryOnLost });
    expect(again('lost', 1)).to.deep.equal({ kind: 'again', delayMs: 0 });
    expect(again('lost', 2)).to.deep.equal({ kind: 'again', delayMs: 10_000 });
    expect(again('lost', MAX_LOST)).to.deep.equal({ kind: 'errored', cause: 'lost' });
    expect(again('lost', 1, false)).to.deep.equal({ kind: 'errored', cause: 'lost' });
    expect(again('released', MAX_RELEASED - 1, false)).to.deep.equal({ kind: 'again', delayMs: 0 });
    expect(again('released', MAX_RELEASED)).to.deep.equal({ kind: 'errored', cause: 'released' });
  });

  it('waits longer for each try of an invocation, up to a minute and a quarter', () => {
    expect([1, 2, 3, 9, 10, 5000].map((tries) => backoffInvocation(tries, () => 0))).to.deep.equal([
      200, 400, 800, 51_200, 60_000, 60_000,
    ]);
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (tries, random) => {
        const least = backoffInvocation(tries, () => 0);
        expect(backoffInvocation(tries, () => random)).to.be.within(least, least * 1.25);
      }),
    );
  });
});

describe('machine', () => {
  it('has slots for its cores and memory', () => {
    const slots = (cores: number, gib: number): number => countSlots({ cores, memoryBytes: gib * 2 ** 30 });
    expect([slots(1, 64), slots(2, 64), slots(20, 128), slots(20, 12), slots(64, 2)]).to.deep.equal([1, 2, 5, 2, 1]);
  });

  it('shares its cores among the slots, never fewer than one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 256 }), fc.integer({ min: 1, max: 2048 }), (cores, gib) => {
        const slots = countSlots({ cores, memoryBytes: gib * 2 ** 30 });
        expect(slots).to.be.within(1, cores);
        const jobs = countBuildJobs({ cores }, slots);
        expect(jobs).to.be.within(1, cores);
        expect(jobs * slots)
          .to.be.at.least(cores)
          .and.below(2 * cores + slots);
      }),
    );
  });
});

describe('duration', () => {
  it('reads units and seconds', () => {
    const texts = ['90s', '10m', '1h30m', '90', '250ms', '1.5s', '0', '1m1m'];
    expect(texts.map(parseDuration)).to.deep.equal([90_000, 600_000, 5_400_000, 90_000, 250, 1500, 0, 120_000]);
  });

  it('reads nothing else', () => {
    const texts = ['', ' ', '-1s', '1', '1 h', 's', '1d', '1e3s', '.5s', '1.s', '0x10', 'Infinity', '1h\n', '१s'];
    expect(texts.filter((text) => text !== '1').map(parseDuration)).to.deep.equal(Array(texts.length - 1).fill(null));
  });

  it('reads back what it is made of', () => {
    fc.assert(
      fc.property(count, count, count, count, (h, m, s, ms) => {
        expect(parseDuration(`${h}h${m}m${s}s${ms}ms`)).to.equal(h * 3_600_000 + m * 60_000 + s * 1000 + ms);
      }),
    );
  });

  it('is positive and within what timers can do', () => {
    for (const value of ['0s', '0.1ms', 0, -1, 1.5, '169h', '9'.repeat(400), `${'9'.repeat(400)}h`, Infinity, NaN]) {
      expect(Duration.safeParse(value).success, String(value)).to.equal(false);
    }
    expect([Duration.parse('168h'), Duration.parse(60)]).to.deep.equal([604_800_000, 60_000]);
  });

  it('does not take long to refuse a long text', () => {
    expect(parseDuration(`${'1'.repeat(50_000)}x`)).to.equal(null);
    expect(parseDuration(`${'1s'.repeat(50_000)}x`)).to.equal(null);
  });
});
