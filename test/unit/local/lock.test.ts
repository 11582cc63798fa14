import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type DataDirectory, prepareDataDirectory } from '../../../cli/local/data-directory.js';
import { lockDataDirectory } from '../../../cli/local/lock.js';
import { readPlatformFile, writePlatformFile } from '../../../cli/local/platform-file.js';
import { caught } from '../../support/caught.js';
import { makeScratch } from './scratch.js';

describe('local/lock', () => {
  let scratch: Awaited<ReturnType<typeof makeScratch>>;
  let directory: DataDirectory;
  beforeEach(async () => {
    scratch = await makeScratch();
    directory = await prepareDataDirectory(scratch.path);
  });
  afterEach(() => scratch.remove());

  it('keeps a second one out, and says who the first one is', async () => {
    const lock = await lockDataDirectory(directory);
    await writePlatformFile(directory.platformFile, { pid: 4711, url: 'http://127.0.0.1:8080', startedAt: '2026' });
    const error = await caught(lockDataDirectory(directory));
    expect(error).to.have.property('code', 'platform-running');
    expect(String(error)).to.contain('4711').and.to.contain('http://127.0.0.1:8080').and.to.contain(scratch.path);
    lock.release();
    (await lockDataDirectory(directory)).release();
  });

  it('is free as soon as its holder was killed, and forgets where that one was', async () => {
    const script = `exec 9>>"$1"; flock -n 9 && echo held && exec sleep 60`;
    const holder = spawn('sh', ['-c', script, 'sh', directory.lockFile], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(holder.stdout, 'data');
    await writePlatformFile(directory.platformFile, { pid: holder.pid ?? 0, url: 'http://x', startedAt: '2026' });
    expect(await caught(lockDataDirectory(directory))).to.have.property('code', 'platform-running');
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const lock = await lockDataDirectory(directory);
    expect(await readPlatformFile(directory.platformFile)).to.equal(null);
    lock.release();
  });

  it('takes a broken platform.json for none', async () => {
    await writeFile(directory.platformFile, '{"pid":');
    expect(await readPlatformFile(directory.platformFile)).to.equal(null);
  });
});
