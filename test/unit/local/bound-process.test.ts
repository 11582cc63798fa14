import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findMarked } from '../../support/platform-processes.js';
import { waitUntil } from '../../support/wait-until.js';
import { makeScratch } from './scratch.js';

const PARENT = fileURLToPath(new URL('./dying-parent.ts', import.meta.url));

/** A setpriv that takes its time: it goes on when `go` is there, and says that it was reached with `reached`. */
const SLOW_SETPRIV = `#!/bin/sh
: >"$SCRATCH/reached"
while [ ! -e "$SCRATCH/go" ]; do sleep 0.01; done
PATH=\${PATH#*:}
exec setpriv "$@"
`;

describe('a bound process', () => {
  it('does not start when its parent dies before it could be bound', async () => {
    const scratch = await makeScratch();
    const file = (name: string) => join(scratch.path, name);
    await writeFile(file('setpriv'), SLOW_SETPRIV);
    await chmod(file('setpriv'), 0o755);
    const mark = `RAIBID_TEST_SCRATCH=${scratch.path}`;
    const env = {
      ...process.env,
      PATH: `${scratch.path}:${process.env['PATH']}`,
      SCRATCH: scratch.path,
      RAIBID_TEST_SCRATCH: scratch.path,
    };
    const args = ['--import=tsx', '--conditions=source', PARENT, `: >'${file('lived')}'; sleep 300`];
    const parent = spawn(process.execPath, args, { stdio: 'inherit', env });
    const died = once(parent, 'exit');
    await waitUntil(() => existsSync(file('reached')), { what: 'the child is about to be bound' });
    parent.kill('SIGKILL');
    await died;
    await writeFile(file('go'), '');
    await waitUntil(() => findMarked(mark).length === 0 || existsSync(file('lived')), {
      what: 'the child has decided',
    });
    expect(existsSync(file('lived'))).to.equal(false);
    await scratch.remove();
  });
});
