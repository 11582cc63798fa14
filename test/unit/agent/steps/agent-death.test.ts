import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { lockWorkspace } from '../../../../functions/_agent/steps/workspace-lock.js';
import { listPids, readProcess } from '../../../../functions/_agent/stray/processes.js';
import { waitUntil } from '../../../support/wait-until.js';
import { isAlive, makeDirectory, pidsIn } from './step-fixture.js';

const AGENT = fileURLToPath(new URL('./dying-agent.ts', import.meta.url));

describe('a step whose agent dies', () => {
  it('is gone to the last process, and its workspace free, after kill -9 of the agent', async () => {
    const directory = await makeDirectory();
    const lockFile = `${directory.path}/lock`;
    const agent = spawn(process.execPath, ['--import=tsx', '--conditions=source', AGENT, lockFile], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const died = once(agent, 'exit');
    let text = '';
    agent.stdout.on('data', (data: Buffer) => (text += data.toString()));
    await waitUntil(() => text.includes('ready\n'));
    const pids = pidsIn(text);
    expect(pids).to.have.lengthOf(5);
    expect(pids.every(isAlive)).to.equal(true);
    const session = readProcess(pids[0] ?? 0)?.session ?? 0;
    expect(await lockWorkspace(lockFile)).to.equal(null);

    agent.kill('SIGKILL');
    await died;
    await waitUntil(() => !pids.some(isAlive), { what: 'the processes of the step are gone' });
    await waitUntil(() => !listPids().some((pid) => readProcess(pid)?.session === session), {
      what: 'leader and watcher are gone',
    });
    const lock = await waitUntil(() => lockWorkspace(lockFile), { what: 'the lock is free' });
    lock.release();
    await directory.remove();
  });
});
