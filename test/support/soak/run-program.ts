import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A program of this folder that is killed and started anew. */
export interface Program {
  /** SIGKILL. */
  kill(): Promise<void>;
  start(): void;
}

export function runProgram(name: string, options: object): Program {
  const file = fileURLToPath(new URL(name, import.meta.url));
  const args = ['--import', 'tsx', '--conditions=source', file, JSON.stringify(options)];
  let child: ChildProcess;
  const start = () => {
    child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  };
  start();
  return {
    start,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
