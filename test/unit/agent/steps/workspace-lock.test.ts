import { expect } from 'chai';
import { lockWorkspace } from '../../../../functions/_agent/steps/workspace-lock.js';
import { waitUntil } from '../../../support/wait-until.js';
import { makeDirectory, run } from './step-fixture.js';

describe('lockWorkspace', () => {
  it('gives the lock to one at a time', async () => {
    const directory = await makeDirectory();
    const file = `${directory.path}/lock`;
    const first = await lockWorkspace(file);
    expect(first).not.to.equal(null);
    expect(await lockWorkspace(file)).to.equal(null);
    first?.release();
    const second = await lockWorkspace(file);
    expect(second).not.to.equal(null);
    second?.release();
    await directory.remove();
  });

  it('stays taken while a step that inherited it runs, and is free afterwards', async () => {
    const directory = await makeDirectory();
    const file = `${directory.path}/lock`;
    const lock = await lockWorkspace(file);
    if (lock === null) throw new Error('the lock is taken');
    const end = new AbortController();
    let text = '';
    const running = run('echo ready; sleep 100', {
      lock,
      signal: end.signal,
      onOutput: (chunk) => void (text += chunk.toString()),
    });
    await waitUntil(() => text === 'ready\n');
    lock.release();
    expect(await lockWorkspace(file)).to.equal(null);
    end.abort();
    await running;
    const free = await lockWorkspace(file);
    expect(free).not.to.equal(null);
    free?.release();
    await directory.remove();
  });
});
