import { expect } from 'chai';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StepOptions } from '../../../../functions/_agent/steps/run-step.js';
import { lockWorkspace } from '../../../../functions/_agent/steps/workspace-lock.js';
import { waitUntil } from '../../../support/wait-until.js';
import { isAlive, makeDirectory, pidsIn, run, stepEnv } from './step-fixture.js';

/** Starts a shell line, waits until it has printed `ready`, then acts on it. */
async function actOn(line: string, act: () => void, options: Partial<StepOptions>) {
  let text = '';
  const running = run(line, { ...options, onOutput: (chunk) => void (text += chunk.toString()) });
  await waitUntil(() => text.includes('ready\n'));
  const pids = pidsIn(text);
  expect(pids.every(isAlive)).to.equal(true);
  act();
  const exit = await running;
  return { exit, pids, text };
}

describe('runStep, stopped', () => {
  it('sends SIGTERM on cancel, and the step may clean up', async () => {
    const cancel = new AbortController();
    const line = 'trap "echo cleaned; exit 9" TERM; sleep 100 & echo "pid $!"; echo ready; wait';
    const { exit, pids, text } = await actOn(line, () => cancel.abort(), { signal: cancel.signal });
    expect(exit).to.include({ outcome: 'cancelled', exitCode: 9 });
    expect(text).to.match(/cleaned\n$/);
    expect(pids.filter(isAlive)).to.deep.equal([]);
  });

  it('gives the children of a shell that heeds SIGTERM at once the time to clean up', async () => {
    const cancel = new AbortController();
    const child = `trap 'sleep 0.2; echo child cleaned; exit 0' TERM; echo ready; while :; do sleep 0.05; done`;
    const { exit, text } = await actOn(`sh -c "${child}"; echo never`, () => cancel.abort(), { signal: cancel.signal });
    expect(exit).to.include({ outcome: 'cancelled', exitCode: 143 });
    expect(text).to.match(/child cleaned\n$/);
  });

  it('kills what ignores SIGTERM, children included, after the grace', async () => {
    const cancel = new AbortController();
    const child = `sh -c 'trap "" TERM; echo "pid $$"; echo ready; while :; do sleep 0.05; done'`;
    const { exit, pids } = await actOn(`trap '' TERM; ${child}`, () => cancel.abort(), {
      signal: cancel.signal,
      graceMs: 100,
    });
    expect(exit).to.include({ outcome: 'cancelled' });
    expect(pids).to.have.lengthOf(1);
    expect(pids.filter(isAlive)).to.deep.equal([]);
  });

  it('ends a suspended step', async () => {
    const cancel = new AbortController();
    const line = 'sleep 100 & echo "pid $!"; kill -STOP $!; echo ready; wait';
    const { exit, pids } = await actOn(line, () => cancel.abort(), { signal: cancel.signal });
    expect(exit).to.include({ outcome: 'cancelled', exitCode: 143 });
    expect(pids.filter(isAlive)).to.deep.equal([]);
  });

  it('reaches processes that moved to a group of their own', async () => {
    const cancel = new AbortController();
    const line = `timeout 100 sh -c 'echo "pid $$"; echo ready; exec sleep 100'`;
    const { exit, pids } = await actOn(line, () => cancel.abort(), { signal: cancel.signal });
    expect(exit).to.include({ outcome: 'cancelled' });
    expect(pids.filter(isAlive)).to.deep.equal([]);
  });

  it('reaches a child that left the session and forgot where it came from', async () => {
    const cancel = new AbortController();
    const child = `env -i setsid sh -c 'trap "" TERM; echo "pid $$"; echo ready; while :; do sleep 0.05; done'`;
    const { exit, pids } = await actOn(`trap '' TERM; ${child} & wait; wait`, () => cancel.abort(), {
      signal: cancel.signal,
      graceMs: 100,
    });
    expect(exit).to.include({ outcome: 'cancelled' });
    expect(pids).to.have.lengthOf(1);
    expect(pids.filter(isAlive)).to.deep.equal([]);
  });

  it('kills without a grace on killSignal', async () => {
    const kill = new AbortController();
    const line = 'trap "" TERM; echo "pid $$"; echo ready; while :; do sleep 0.05; done';
    const { exit, pids } = await actOn(line, () => kill.abort(), { killSignal: kill.signal, graceMs: 1e6 });
    expect(exit).to.include({ outcome: 'cancelled', exitCode: 137, killedBySignal: 9 });
    expect(pids.filter(isAlive)).to.deep.equal([]);
  });

  it('starts nothing when it was cancelled before', async () => {
    expect(await run('echo started', { signal: AbortSignal.abort() })).to.include({ outcome: 'cancelled', text: '' });
  });

  it('is cancelled at whatever moment of its start', async () => {
    for (let ms = 0; ms < 12; ms += 1) {
      const cancel = new AbortController();
      const running = run('sleep 100', { signal: cancel.signal });
      await delay(ms);
      cancel.abort();
      expect(await running).to.include({ outcome: 'cancelled' });
    }
  });

  it('ends with outcome timeout when its time is up', async () => {
    const heeded = await run('echo begun; sleep 100', { timeoutMs: 100 });
    expect(heeded).to.include({ outcome: 'timeout', exitCode: 143, text: 'begun\n' });
    const ignored = await run('trap "" TERM; while :; do sleep 0.05; done', { timeoutMs: 100, graceMs: 50 });
    expect(ignored).to.include({ outcome: 'timeout' });
  });

  it('kills what a step leaves in the background, and keeps what it wrote', async () => {
    const exit = await run('sleep 100 & echo "pid $!"; sh -c "trap \\"\\" TERM HUP; exec sleep 100" & echo "pid $!"');
    expect(exit).to.include({ outcome: 'exited', exitCode: 0 });
    expect(pidsIn(exit.text)).to.have.lengthOf(2);
    expect(pidsIn(exit.text).filter(isAlive)).to.deep.equal([]);
  });

  it('kills what left the session', async () => {
    const exit = await run(`setsid sh -c 'echo "pid $$"; exec sleep 100' & sleep 0.3`);
    expect(exit).to.include({ outcome: 'exited', exitCode: 0 });
    expect(pidsIn(exit.text)).to.have.lengthOf(1);
    expect(pidsIn(exit.text).filter(isAlive)).to.deep.equal([]);
  });

  it('kills a daemon without an environment, whose parents were gone before anybody looked', async () => {
    const directory = await makeDirectory();
    const lock = await lockWorkspace(`${directory.path}/lock`);
    if (lock === null) throw new Error('the lock is taken');
    const daemon = `env -i setsid sh -c '(setsid sh -c "echo pid \\$\\$; exec sleep 100" &)'`;
    const env = { ...stepEnv(), RAIBID_ATTEMPT_ID: basename(directory.path) };
    const exit = await run(`${daemon}; sleep 0.3`, { env, lock });
    lock.release();
    await directory.remove();
    expect(exit).to.include({ outcome: 'exited', exitCode: 0 });
    expect(pidsIn(exit.text)).to.have.lengthOf(1);
    expect(pidsIn(exit.text).filter(isAlive)).to.deep.equal([]);
  });

  it('does not wait for ever for a pipe that a process without a trace holds', async () => {
    const exit = await run(`setsid env -i /bin/sh -c 'echo "pid $$"; exec /bin/sleep 100' & sleep 0.3`);
    const [pid] = pidsIn(exit.text);
    expect(exit).to.include({ outcome: 'exited', exitCode: 0 });
    // This one can't be found; the test ends it.
    expect(pid !== undefined && process.kill(pid, 'SIGKILL')).to.equal(true);
  });

  it('survives a step that signals its own group', async () => {
    expect(await run('kill -KILL 0')).to.include({ outcome: 'exited', exitCode: 137, killedBySignal: 9 });
    expect(await run('kill -TERM 0')).to.include({ outcome: 'exited', exitCode: 143 });
    expect(await run('trap "" TERM; kill -TERM 0; echo still here')).to.include({ exitCode: 0, text: 'still here\n' });
  });
});
