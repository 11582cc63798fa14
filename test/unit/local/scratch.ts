import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';

/** A temporary directory, removed by `remove`. */
export async function makeScratch(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'raibid-local-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

export const SILENT = pino({ level: 'silent' });

/** A program in an agent's place, which does what its text says. */
export async function writeAgent(directory: string, text: string): Promise<string> {
  const path = join(directory, 'agent.mjs');
  await writeFile(path, text);
  return path;
}

/** Waits, and leaves well when told to or when its parent is gone. */
export const PATIENT_AGENT = `
  process.on('SIGTERM', () => process.exit(0));
  process.stdin.on('end', () => process.exit(0)).resume();
`;

/** Heeds nothing but SIGKILL. */
export const STUBBORN_AGENT = `
  process.on('SIGTERM', () => undefined);
  setInterval(() => undefined, 60_000);
`;

/** Cannot start. */
export const BROKEN_AGENT = `
  console.error('no such toolchain');
  process.exit(7);
`;
