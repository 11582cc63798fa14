import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Upstream } from '../../support/git-upstream.js';
import { waitUntil } from '../../support/wait-until.js';
import type { Bench } from '../bench.js';
import { median } from '../harness/percentile.js';
import { type BenchPlatform, withPlatform } from '../harness/platform.js';
import { deliver } from '../harness/push.js';
import { writeCrate } from '../harness/crate.js';
import { withUpstream } from '../harness/upstream.js';
import { waitForSuccess } from '../harness/wait-for-success.js';
import { withDirectory } from '../harness/with-directory.js';
import { atMost, type Row } from '../row.js';

const SAMPLE = fileURLToPath(new URL('../../../cli/demo/sample', import.meta.url));
const REPO = 'ada/tally';

/** Medians, in milliseconds. */
interface Comparison {
  readonly job: number;
  readonly byHand: number;
  /** Of what each job took more than the run by hand beside it. */
  readonly more: number;
}

/** A small Rust project, from the webhook to the end of its job, against checkout and the same commands by hand. */
export async function buildSmall({ times }: Bench): Promise<Row[]> {
  const { job, byHand, more } = await compare(await readSample(), times(20, 1));
  return [
    atMost(0.2, {
      name: `small Rust job, ${(job / 1000).toFixed(2)} s: more than by hand`,
      value: more / 1000,
      unit: 's',
      reference: { name: 'git clone, cargo build, cargo test', value: byHand / 1000, unit: 's' },
    }),
  ];
}

/** The same with a build of about ten seconds. */
export async function buildLarge({ times }: Bench): Promise<Row[]> {
  const { job, byHand, more } = await compare(writeCrate(times(10, 2)), times(12, 1));
  return [
    atMost(3, {
      name: `Rust job of ${(job / 1000).toFixed(1)} s: more than by hand`,
      value: (100 * more) / byHand,
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

/** Pairs of runs, now the job first, now the run by hand. Two slots, one of them idle. */
async function compare(files: Record<string, string>, count: number): Promise<Comparison> {
  return withUpstream({ step: null, files }, (upstream) =>
    withPlatform({ maxAgents: 2 }, async (platform) => {
      await platform.addMirror(REPO, upstream.path);
      const jobs: number[] = [];
      const byHand: number[] = [];
      for (let n = 0; n <= count; n += 1) {
        const sha = await upstream.commit({ 'CHANGES.md': `change ${n}` });
        const before = n % 2 === 0 ? await runByHand(platform, upstream) : null;
        const job = await runJob(platform, sha);
        const hand = before ?? (await runByHand(platform, upstream));
        // The first of each finds cold caches.
        if (n === 0) continue;
        byHand.push(hand);
        jobs.push(job);
      }
      const more = jobs.map((job, n) => job - (byHand[n] ?? 0));
      return { job: median(jobs), byHand: median(byHand), more: median(more) };
    }),
  );
}

/** A user watches by the event stream, which costs the processors that both need next to nothing. */
async function runJob(platform: BenchPlatform, sha: string): Promise<number> {
  await waitForRest(platform);
  const done = new AbortController();
  try {
    const events = await platform.openEvents(done.signal);
    const sentAt = await deliver(platform, { repo: REPO, sha });
    await waitForSuccess(events, sha);
    const { finishedAt } = await platform.waitForJob(sha, ['succeeded']);
    if (finishedAt === null) throw new Error('a job that succeeded has no end');
    return finishedAt - sentAt;
  } finally {
    done.abort();
  }
}

/** No agent works, nor removes what its job left. */
async function waitForRest(platform: BenchPlatform): Promise<void> {
  await platform.waitForIdleAgent();
  const isClear = async () => (await readdir(join(platform.data, 'work'))).length === 0;
  await waitUntil(isClear, { what: 'workspaces are removed' });
}

async function runByHand(platform: BenchPlatform, upstream: Upstream): Promise<number> {
  await waitForRest(platform);
  return withDirectory(async (directory) => {
    const cwd = join(directory, 'tree');
    const startedAt = performance.now();
    await execa('git', ['clone', '--quiet', '--shared', upstream.path, cwd]);
    await execa('cargo', ['build', '--locked', '--all-targets'], { cwd });
    await execa('cargo', ['test', '--locked'], { cwd });
    return performance.now() - startedAt;
  });
}
