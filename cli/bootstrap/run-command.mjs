import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from './prepare.mjs';
import { ALL_PROGRAMS } from './programs.mjs';
import { say } from './stop.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TYPESCRIPT = ['--import', 'tsx', '--conditions=source'];

/**
 * Prepares the checkout for one command and becomes that command: its output, its signals, its exit code.
 * @param {readonly string[]} argv the command and its arguments
 */
export async function runCommand(argv) {
  const [name, ...args] = argv;
  try {
    switch (name) {
      case 'raibid':
        await prepare(ROOT, { build: true, programs: buildsCode(args) ? ALL_PROGRAMS : [] });
        return await becomeRaibid(args);
      case 'test':
        await prepare(ROOT, { build: true, programs: ALL_PROGRAMS });
        return runNode(['cli/dev/test.mjs', ...args]);
      case 'bench':
        await prepare(ROOT, { build: true, programs: ALL_PROGRAMS });
        return runNode([...TYPESCRIPT, 'test/bench/main.ts', ...args]);
      case 'lint':
        await prepare(ROOT, { build: false, programs: [] });
        return runNode(['cli/dev/lint.mjs', ...args]);
      case 'generate':
        await prepare(ROOT, { build: false, programs: [] });
        return runNode([...TYPESCRIPT, 'docs/generate/main.ts', ...args]);
      case 'build':
        return await prepare(ROOT, { build: true, programs: [] });
      default:
        say('usage: node cli/bootstrap.mjs raibid|test|bench|lint|generate|build [ARGS]');
        process.exitCode = 2;
    }
  } catch (error) {
    if (!(error instanceof Error && 'exitCode' in error)) throw error;
    say(error.message);
    process.exitCode = Number(error.exitCode);
  }
}

/**
 * Only the platform itself and the demo build code; looking at one must not install anything.
 * @param {readonly string[]} args
 */
export function buildsCode(args) {
  const noun = args.find((arg) => !arg.startsWith('-'));
  return (noun === 'up' || noun === 'demo') && !args.includes('--help') && !args.includes('-h');
}

/**
 * npm runs scripts in the checkout; what the user writes is meant from where they are.
 * @param {readonly string[]} args
 */
async function becomeRaibid(args) {
  if (process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
  const main = join(ROOT, 'dist/cli/main.mjs');
  process.argv = [process.execPath, main, ...args];
  await import(main);
}

/** @param {readonly string[]} args */
function runNode(args) {
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
  // Ctrl-C reaches the child by the terminal; what is sent to us alone is passed on.
  process.on('SIGINT', () => {});
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
  child.on('close', (code, signal) => {
    process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  });
}
