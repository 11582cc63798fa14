import { rmSync, writeFileSync } from 'node:fs';
import { describe, log } from './log.js';

const LOOK_MS = 500;

/** A failure that nobody caught leaves a process in an unknown state: it ends, and whoever runs it starts another. */
export function dieOfFatalErrors(): void {
  process.on('uncaughtException', (error, origin) => die(origin, error));
}

export function die(what: string, thrown: unknown): never {
  log.error(what, describe(thrown));
  process.exit(1);
}

/**
 * Aborts at SIGTERM and stays: of-watchdog forwards what is in flight, and what is late, until it leaves, and takes us with it.
 * Outside of a container nothing would, so that we leave when our parent is gone.
 */
export function followSignals(): AbortSignal {
  const stop = new AbortController();
  process.on('SIGTERM', () => {
    if (stop.signal.aborted) return;
    log.info('stopping');
    stop.abort();
  });
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) leave();
  }, LOOK_MS).unref();
  return stop.signal;
}

let leaving = false;

function leave(): never {
  leaving = true;
  process.exit(0);
}

/** Says ready by a file, until the process ends. One that is there before is of a process that was killed. */
export function prepareLock(path: string): { write(): void } {
  rmSync(path, { force: true });
  process.on('exit', (code) => {
    rmSync(path, { force: true });
    // of-watchdog would go on without us after a 0, and answer 500 to every call.
    if (code === 0 && !leaving) process.exitCode = 1;
  });
  return { write: () => writeFileSync(path, '') };
}
