import { expect } from 'chai';
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openArchive } from '#lib/archive/archive.js';
import type { LogBatch } from '#lib/redis/logs.js';
import { waitUntil } from '../../support/wait-until.js';

describe('openArchive', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'raibid-archive-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  async function* batches(count: number): AsyncGenerator<LogBatch> {
    for (let number = 1; number <= count; number += 1)
      yield { number, step: 0, at: number, data: Buffer.alloc(9000, number) };
  }

  async function countOpenFiles(): Promise<number> {
    const names = await readdir('/proc/self/fd');
    const paths = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
    return paths.filter((path) => path.startsWith(directory)).length;
  }

  it('gives back the batches after a number', async () => {
    const archive = openArchive(directory);
    await archive.write('job', 1, batches(5));
    const numbers = [];
    for await (const { number, data } of archive.read('job', 1, 3)) numbers.push([number, data.length]);
    expect(numbers).to.deep.equal([
      [4, 9000],
      [5, 9000],
    ]);
  });

  it('leaves no file open when its reader stops in the middle', async () => {
    const archive = openArchive(directory);
    await archive.write('job', 1, batches(500));
    for await (const { number } of archive.read('job', 1, 0)) if (number === 2) break;
    await waitUntil(async () => (await countOpenFiles()) === 0, { what: 'the file is closed', deadlineMs: 5000 });
  });
});
