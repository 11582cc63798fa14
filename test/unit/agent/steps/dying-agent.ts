import { tmpdir } from 'node:os';
import { basename, dirname } from 'node:path';
import { runStep } from '../../../../functions/_agent/steps/run-step.js';
import { lockWorkspace } from '../../../../functions/_agent/steps/workspace-lock.js';
import { stepEnv } from './step-fixture.js';

// A step with every kind of child: ignoring signals, in a group of its own, in a session of its own, there with no environment.
const LINE = `
echo "pid $$"
sh -c 'trap "" TERM HUP INT; echo "pid $$"; while :; do sleep 0.05; done' &
timeout 100 sh -c 'echo "pid $$"; exec sleep 100' &
setsid sh -c 'echo "pid $$"; exec sleep 100' &
env -i setsid sh -c 'echo "pid $$"; exec sleep 100' &
sleep 0.5
echo ready
wait
`;

const lockFile = process.argv[2] ?? '';
const lock = await lockWorkspace(lockFile);
if (lock === null) throw new Error('the lock is taken');
await runStep({
  step: { command: { shell: LINE }, timeoutMs: null },
  directory: tmpdir(),
  scratch: tmpdir(),
  env: { ...stepEnv(), RAIBID_ATTEMPT_ID: basename(dirname(lockFile)) },
  lock,
  onOutput: (chunk) => void process.stdout.write(chunk),
});
