import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { waitUntil } from '../support/wait-until.js';
import { NOW, sampleJob, sampleSummary } from './sample-views.js';
import { openEvents, startTestPlatform, type TestPlatform } from './test-platform.js';

const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.mjs', import.meta.url));
/** Tidies up memory again and again, and says so. */
const TIDY = `data:text/javascript,setInterval(() => { gc(); process.stderr.write('tidy '); }, 20).unref()`;
const STATUS = '/function/status';

describe('a command that follows', () => {
  let platform: TestPlatform;
  const job = sampleJob(2, { state: 'running', attempt: 1, startedAt: new Date(NOW - 5000).toISOString() });

  beforeEach(async () => {
    platform = await startTestPlatform();
    const snapshot = { jobs: [job], agents: [], mirrors: [], summary: sampleSummary() };
    platform.on(`GET ${STATUS}/events`, (_call, res) => openEvents(res)('snapshot', snapshot, '1-0'));
    platform.on(`GET ${STATUS}/jobs/${job.id}`, job);
    platform.on(`GET ${STATUS}/jobs/${job.id}/logs`, (_call, res) => void res.write('running here\n'));
  });
  afterEach(() => platform.stop());

  for (const args of [
    ['status', '--watch'],
    ['logs', job.id, '-f'],
  ]) {
    it(`ends at Ctrl-C after memory was tidied up: ${args.join(' ')}`, async () => {
      const cli = spawn(process.execPath, ['--expose-gc', '--import', TIDY, PROGRAM, ...args], {
        env: { ...process.env, RAIBID_HOME: platform.home },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let [out, tidied] = ['', 0];
      cli.stdout.on('data', (data: Buffer) => (out += data.toString()));
      cli.stderr.on('data', (data: Buffer) => (tidied += data.toString().split('tidy').length - 1));
      await waitUntil(() => out.includes('running'), { what: 'it follows' });
      const before = tidied;
      await waitUntil(() => tidied >= before + 5, { what: 'memory is tidied up' });
      cli.kill('SIGINT');
      await waitUntil(() => cli.exitCode !== null, { what: 'it has ended' }).finally(() => cli.kill('SIGKILL'));
      expect(cli.exitCode).to.equal(130);
    });
  }
});
