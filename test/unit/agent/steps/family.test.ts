import { expect } from 'chai';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createKin } from '../../../../functions/_agent/steps/family.js';
import { readProcess, sendSignal } from '../../../../functions/_agent/stray/processes.js';
import { waitUntil } from '../../../support/wait-until.js';
import { pidsIn } from './step-fixture.js';

/** A shell that leads a session, and what it says; each line sent to it lets it, or its child, go on. */
function startSession(script: string): { leader: ChildProcess; pid: number; says(word: RegExp): Promise<string> } {
  const leader = spawn('sh', ['-c', script], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  let text = '';
  leader.stdout.on('data', (data: Buffer) => (text += data.toString()));
  return {
    leader,
    pid: leader.pid ?? 0,
    says: (word) => waitUntil(() => (word.test(text) ? text : null), { what: `${word}` }),
  };
}

describe('the family of a step', () => {
  const sessions: { leader: ChildProcess; pid: number }[] = [];
  const started: number[] = [];
  const start = (script: string) => {
    const session = startSession(script);
    sessions.push(session);
    return session;
  };

  afterEach(async () => {
    for (const pid of started.splice(0)) sendSignal(pid, 'SIGKILL');
    for (const { leader, pid } of sessions.splice(0)) {
      const gone = leader.exitCode === null && leader.signalCode === null ? once(leader, 'exit') : null;
      sendSignal(-pid, 'SIGKILL');
      await gone;
    }
  });

  it('keeps an orphan of the session that was seen before it left the session', async () => {
    const { leader, pid, says } = start(
      `(sh -c 'echo "pid $$"; read -r go; exec setsid sleep 100' <&3 &) 3<&0; exec sleep 100`,
    );
    const [orphan = 0] = pidsIn(await says(/^pid \d+$/m));
    started.push(orphan);
    await waitUntil(() => readProcess(orphan)?.parent !== pid, { what: 'its parent is gone' });
    const kin = createKin(pid);
    expect(kin.look().map((entry) => entry.pid)).to.include.members([pid, orphan]);

    leader.stdin?.write('go\n');
    await waitUntil(() => readProcess(orphan)?.session === orphan, { what: 'it left the session' });
    expect(kin.look().map((entry) => entry.pid)).to.include(orphan);
  });

  it('finds who was born after the last look, and never a stranger', async () => {
    const { leader, pid, says } = start(`read -r go; setsid sh -c 'echo "pid $$"; exec sleep 100' & wait`);
    const stranger = start('exec sleep 100');
    const kin = createKin(pid);
    expect(kin.look().map((entry) => entry.pid)).to.deep.equal([pid]);

    leader.stdin?.write('go\n');
    const [child = 0] = pidsIn(await says(/^pid \d+$/m));
    started.push(child);
    const found = kin.look().map((entry) => entry.pid);
    expect(found).to.include.members([pid, child]);
    expect(found).not.to.include(stranger.pid).and.not.to.include(process.pid);
  });
});
