import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export const WATCHDOG_METRICS_PORT = 8081;

export interface RealTools {
  readonly faasCli: string | null;
  /** Null also when its fixed port is taken. */
  readonly watchdog: string | null;
  readonly docker: string | null;
}

/** What mocha must know before it runs: a test that can't run is not defined, and what it needs is named. */
export const realTools: RealTools = {
  faasCli: findProgram('faas-cli'),
  watchdog: isTaken(WATCHDOG_METRICS_PORT) ? null : (findProgram('of-watchdog') ?? findProgram('fwatchdog')),
  docker: findEngine(),
};

function findEngine(): string | null {
  const docker = findProgram('docker');
  if (docker === null || isTaken(WATCHDOG_METRICS_PORT)) return null;
  return spawnSync(docker, ['version'], { timeout: 5000, stdio: 'ignore' }).status === 0 ? docker : null;
}

function findProgram(name: string): string | null {
  const paths = (process.env['PATH'] ?? '').split(delimiter).map((directory) => join(directory, name));
  return paths.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether anything listens on a TCP port of this machine. */
export function isTaken(port: number): boolean {
  const local = new RegExp(`:${port.toString(16).toUpperCase().padStart(4, '0')} \\S+ 0A `);
  return ['tcp', 'tcp6'].some((table) => local.test(readTable(table)));
}

function readTable(name: string): string {
  try {
    return readFileSync(`/proc/net/${name}`, 'utf8');
  } catch {
    return '';
  }
}
