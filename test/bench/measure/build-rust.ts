import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Upstream } from '../../support/git-upstream.js';
import type { Bench } from '../bench.js';
import { median } from '../harness/percentile.js';
import { type BenchPlatform, withPlatform } from '../harness/platform.js';
import { deliver } from '../harness/push.js';
import { writeCrate } from '../harness/crate.js';
import { withUpstream } from '../harness/upstream.js';
import { withDirectory } from '../harness/with-directory.js';
import { atMost, type Row } from '../row.js';

const SAMPLE = fileURLToPath(new URL('../../../cli/demo/sample', import.meta.url));
const REPO = 'ada/tally';

interface Pair {
  readonly job: number;
  readonly byHand: number;
}

/** A small Rust project, from the webhook to the end of its job, against checkout and the same commands by hand. */
export async function buildSmall({ times }: Bench): Promise<Row[]> {
  const { job, byHand } = await compare(await readSample(), times(10, 1));
  return [
    atMost(0.2, {
      name: `small Rust job, ${(job / 1000).toFixed(2)} s: more than by hand`,
      value: (job - byHand) / 1000,
      unit: 's',
      reference: { name: 'git clone, cargo build, cargo test', value: byHand / 1000, unit: 's' },
    }),
  ];
}

/** The same with a build of about ten seconds. */
export async function buildLarge({ times }: Bench): Promise<Row[]> {
  const { job, byHand } = await compare(writeCrate(times(10, 2)), times(5, 1));
  return [
    atMost(3, {
      name: `Rust job of ${(job / 1000).toFixed(1)} s: more than by hand`,
      value: (100 * (job - byHand)) / byHand,
      unit: '%',
      reference: { name: 'git clone, cargo build, cargo test', value: byHand / 1000, unit: 's' },
    }),
  ];
}

async function readSample(): Promise<Record<string, string>> {
  const names = await readdir(SAMPLE, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = files
    .filter((path) => !path.includes('/target/'))
    .map(async (path) => [path.slice(SAMPLE.length + 1), await readFile(path, 'utf8')] as const);
  return Object.fromEntries(await Promise.all(texts));
}

/** Medians of runs by turns, in milliseconds. Two slots, one of them idle. */
async function compare(files: Record<string, string>, count: number): Promise<Pair> {
  return withUpstream({ step: null, files }, (upstream) =>
    withPlatform({ maxAgents: 2 }, async (platform) => {
      await platform.addMirror(REPO, upstream.path);
      const jobs: number[] = [];
      const byHand: number[] = [];
      for (let n = 0; n <= count; n += 1) {
        const sha = await upstream.commit({ 'CHANGES.md': `change ${n}` });
        const hand = await runByHand(upstream);
        await platform.waitForIdleAgent();
        const job = await runJob(platform, sha);
        // The first of each finds cold caches.
        if (n === 0) continue;
        byHand.push(hand);
        jobs.push(job);
      }
      return { job: median(jobs), byHand: median(byHand) };
    }),
  );
}

async function runJob(platform: BenchPlatform, sha: string): Promise<number> {
  const sentAt = await deliver(platform, { repo: REPO, sha });
  const { finishedAt } = await platform.waitForJob(sha, ['succeeded']);
  if (finishedAt === null) throw new Error('a job that succeeded has no end');
  return finishedAt - sentAt;
}

async function runByHand(upstream: Upstream): Promise<number> {
  return withDirectory(async (directory) => {
    const cwd = join(directory, 'tree');
    const startedAt = performance.now();
    await execa('git', ['clone', '--quiet', '--shared', upstream.path, cwd]);
    await execa('cargo', ['build', '--locked', '--all-targets'], { cwd });
    await execa('cargo', ['test', '--locked'], { cwd });
    return performance.now() - startedAt;
  });
}
