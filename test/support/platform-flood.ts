import { expect } from 'chai';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { JobState } from '#lib/core/job-state.js';
import type { Upstream } from './git-upstream.js';
import type { PlatformHome, TestPlatform } from './platform.js';
import { shellProject } from './platform-project.js';
import { waitUntil } from './wait-until.js';

const REPO = 'ada/engine';
const AT_ONCE = 6;
const PATIENCE = { deadlineMs: 120_000, everyMs: 50 };

/** Pushes to many branches, while something bad is done to the platform. */
export interface Flood {
  /** Sends all pushes, each until it is taken, as somebody who redelivers would. Answers how often that took a repetition. */
  send(platform: () => TestPlatform): Promise<number>;
  /** Resolves when so many jobs have succeeded. */
  waitForSome(platform: TestPlatform, count: number): Promise<void>;
  /** Every push has become one job, which succeeded; whose step has run; and nothing is left over. */
  expectAllBuilt(platform: TestPlatform): Promise<void>;
}

/** Makes a branch for each push, with a commit whose step writes the commit's id to a file outside. */
export async function prepareFlood(home: PlatformHome, upstream: Upstream, count: number): Promise<Flood> {
  const out = join(home.path, 'built');
  await writeFile(out, '');
  await upstream.commit(shellProject(`echo "$RAIBID_SHA" >>'${out}'`));
  const shas: string[] = [];
  for (let n = 0; n < count; n += 1) shas.push(await upstream.commit({ word: `${n}` }, { branch: `topic/${n}` }));

  async function sendOne(platform: () => TestPlatform, index: number): Promise<number> {
    const facts = {
      repo: REPO,
      sha: shas[index] ?? '',
      ref: `refs/heads/topic/${index}`,
      delivery: randomUUID() as string,
    };
    for (let repetitions = 0; ; repetitions += 1) {
      const status = await platform()
        .push(facts)
        .then((answer) => answer.status)
        .catch(() => 0);
      if (status === 202) return repetitions;
      // What is not there, or not well for the moment, is asked again.
      expect(status).to.be.oneOf([0, 503]);
      await delay(50);
    }
  }

  const countStates = async (platform: TestPlatform, state: JobState) =>
    (await platform.jobs(`&state=${state}`).catch(() => [])).length;

  return {
    async send(platform) {
      const left = shas.map((_, index) => index);
      let repeated = 0;
      const lane = async () => {
        for (let index = left.shift(); index !== undefined; index = left.shift())
          repeated += await sendOne(platform, index);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
      return repeated;
    },
    async waitForSome(platform, some) {
      await waitUntil(async () => (await countStates(platform, 'succeeded')) >= some, {
        what: `${some} jobs succeeded`,
        ...PATIENCE,
      });
    },
    async expectAllBuilt(platform) {
      await waitUntil(async () => (await countStates(platform, 'succeeded')) >= count, {
        what: 'all jobs succeeded',
        ...PATIENCE,
      }).catch(async (error: unknown) => {
        const jobs = await platform.jobs();
        const states = jobs.map(({ state, reason }) => `${state} ${reason ?? ''}`);
        throw new Error(`${String(error)}; ${jobs.length} jobs: ${[...new Set(states)].join('; ')}`);
      });
      const jobs = await platform.jobs();
      expect(jobs.map(({ sha }) => sha).sort()).to.deep.equal([...shas].sort());
      expect(new Set(jobs.map(({ state }) => state))).to.deep.equal(new Set(['succeeded']));
      const built = (await readFile(out, 'utf8')).trim().split('\n');
      expect([...new Set(built)].sort()).to.deep.equal([...shas].sort());
      for (const sha of shas) {
        const codes = await platform.trail(sha);
        expect(
          codes.filter((code) => code === 'job-ended'),
          codes.join(),
        ).to.have.lengthOf(1);
        expect(
          codes.filter((code) => code === 'job-created'),
          codes.join(),
        ).to.have.lengthOf(1);
      }
      const { json } = await platform.call('status/summary');
      expect(json['states']).to.include({ succeeded: count, queued: 0, ready: 0, running: 0, held: 0 });
      for (const name of ['mirror-sync', 'enqueue']) {
        expect((await platform.call(`dispatch/dead/${name}`)).json).to.deep.equal({ entries: [] });
      }
    },
  };
}
