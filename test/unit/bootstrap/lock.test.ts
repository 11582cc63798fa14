import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { hostname } from 'node:os';
import { withLock } from '../../../cli/bootstrap/lock.mjs';
import { waitUntil } from '../../support/wait-until.js';
import { useTempTree } from './temp-tree.js';

const LOCK = new URL('../../../cli/bootstrap/lock.mjs', import.meta.url).href;

/** Writes `in` and `out` around a moment of work under the lock. */
const WORKER = `
import { appendFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { withLock } from '${LOCK}';
const [lock, log] = process.argv.slice(1);
await withLock(lock, {}, async () => {
  appendFileSync(log, 'in ' + process.pid + '\\n');
  await wait(20);
  appendFileSync(log, 'out ' + process.pid + '\\n');
});
`;

describe('bootstrap: lock', () => {
  const tree = useTempTree();
  const work = (program = WORKER) =>
    spawn(process.execPath, ['--input-type=module', '-e', program, tree.path('lock'), tree.path('log')], {
      stdio: 'inherit',
    });
  const hold = (owner: object) =>
    tree.write('lock/owner.json', JSON.stringify({ host: hostname(), token: 'theirs', ...owner }));
  const goneProcess = async () => {
    const child = spawn('true');
    await once(child, 'close');
    return child.pid;
  };

  /** Five at once: each `in` is followed by the same process' `out`. */
  const race = async () => {
    const codes = await Promise.all(Array.from({ length: 5 }, async () => (await once(work(), 'close'))[0]));
    expect(codes).to.deep.equal([0, 0, 0, 0, 0]);
    const lines = readFileSync(tree.path('log'), 'utf8').trim().split('\n');
    expect(lines).to.have.length(10);
    for (let at = 0; at < 10; at += 2) expect(lines[at + 1]).to.equal(lines[at]?.replace('in', 'out'));
    expect(readdirSync(tree.path())).to.deep.equal(['log']);
  };

  it('lets one process work at a time', race);

  it('is taken from a process that is gone, by one of those who wait', async () => {
    hold({ pid: await goneProcess() });
    await race();
  });

  it('is taken from a holder on another machine that is silent', async () => {
    hold({ pid: process.pid, host: 'elsewhere' });
    utimesSync(tree.path('lock'), 1_000_000, 1_000_000);
    await race();
  });

  it('is waited for while its holder lives, told once, and free after a failure', async () => {
    hold({ pid: process.pid });
    const told: number[] = [];
    const waiting = withLock(tree.path('lock'), { onWait: ({ pid }) => told.push(pid) }, () =>
      Promise.reject(new Error('no')),
    );
    const outcome = waiting.then(
      () => 'done',
      (error: unknown) => String(error),
    );
    await waitUntil(() => told.length > 0);
    rmSync(tree.path('lock'), { recursive: true });
    expect(await outcome).to.equal('Error: no');
    expect(told).to.deep.equal([process.pid]);
    expect(readdirSync(tree.path())).to.deep.equal([]);
  });
});
