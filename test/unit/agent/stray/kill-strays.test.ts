import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ulid } from 'ulid';
import { killStrays } from '../../../../functions/_agent/stray/kill-strays.js';
import { waitUntil } from '../../../support/wait-until.js';
import { isAlive } from '../steps/step-fixture.js';

async function startSleeper(env: Record<string, string>): Promise<number> {
  const child = spawn('sleep', ['100'], { stdio: 'ignore', detached: true, env: { PATH: process.env.PATH, ...env } });
  await once(child, 'spawn');
  return child.pid ?? 0;
}

describe('killStrays', () => {
  it('kills exactly the processes that hold the cookie', async () => {
    const id = ulid();
    const stray = await startSleeper({ RAIBID_ATTEMPT_ID: `${id}.1` });
    const longer = await startSleeper({ RAIBID_ATTEMPT_ID: `${id}.11` });
    const other = await startSleeper({ OTHER: `RAIBID_ATTEMPT_ID=${id}.1` });
    expect(killStrays(`RAIBID_ATTEMPT_ID=${id}.1`)).to.deep.equal([stray]);
    await waitUntil(() => !isAlive(stray));
    expect(isAlive(longer) && isAlive(other)).to.equal(true);
    for (const pid of [longer, other]) process.kill(pid, 'SIGKILL');
  });

  it('spares the caller and its ancestors', async () => {
    const cookie = `RAIBID_HOME_ID=${ulid()}`;
    const [name = '', value = ''] = cookie.split('=');
    const module = new URL('../../../../functions/_agent/stray/kill-strays.ts', import.meta.url).href;
    const program = `import { killStrays } from '${module}'; console.log(JSON.stringify(killStrays('${cookie}')));`;
    const script = 'sleep 100 & echo $!; "$0" --import=tsx --input-type=module -e "$1"; echo survived';
    const child = spawn('sh', ['-c', script, process.execPath, program], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, [name]: value },
    });
    let text = '';
    child.stdout.on('data', (data: Buffer) => (text += data.toString()));
    await once(child, 'close');
    const [sleeper, killed, last] = text.trim().split('\n');
    expect(JSON.parse(killed ?? '')).to.include(Number(sleeper));
    expect(last).to.equal('survived');
  });

  it('refuses what is no cookie', () => {
    for (const text of ['', 'RAIBID_ATTEMPT_ID=', 'PATH=/bin', 'RAIBID_ATTEMPT_ID']) {
      expect(() => killStrays(text)).to.throw(TypeError, 'not a cookie');
    }
  });
});
