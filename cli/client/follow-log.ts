import { setTimeout as delay } from 'node:timers/promises';
import { isTerminal } from '#lib/core/job-state.js';
import type { JobView } from '../schema.js';
import type { Platform } from './find-platform.js';
import { readChunks } from './read-chunks.js';
import { reconnect } from './reconnect.js';
import { sendRequest } from './send-request.js';

export interface LogPlace {
  readonly job: string;
  readonly attempt: number;
  readonly step?: number;
}

export interface FollowLogOptions {
  readonly signal: AbortSignal;
  readonly random: () => number;
  readonly onBytes: (bytes: Uint8Array) => Promise<void>;
  readonly onLost: (problem: string) => void;
  readonly readJob: (id: string) => Promise<JobView>;
}

/**
 * Passes every byte of one attempt's log, in order and once, until the attempt is over or the signal comes. A log only
 * grows: after a lost connection it is read again from its start, and what is known already is left out.
 */
export async function followLog(
  locate: () => Promise<Platform>,
  { job, attempt, step }: LogPlace,
  options: FollowLogOptions,
): Promise<void> {
  const { signal, onBytes, readJob } = options;
  let passed = 0;
  await reconnect(async (progress) => {
    const response = await sendRequest(await locate(), {
      path: `status/jobs/${job}/logs`,
      query: { follow: 1, attempt, step },
      headers: { Accept: 'text/plain' },
      signal,
    });
    progress.made = true;
    let known = passed;
    for await (const chunk of readChunks(response, signal)) {
      const bytes = chunk.subarray(known);
      known -= chunk.length - bytes.length;
      if (bytes.length === 0) continue;
      passed += bytes.length;
      await onBytes(bytes);
    }
    // A proxy may end cleanly what broke behind it: only the job tells whether the attempt is over.
    return waitForEnd(() => readJob(job), attempt, signal);
  }, options);
}

const LOOK_EVERY_MS = 100;
const LOOKS = 10;

/** The end of a log comes a moment before the end of its attempt; longer than that, the log was cut. */
async function waitForEnd(readJob: () => Promise<JobView>, attempt: number, signal: AbortSignal): Promise<boolean> {
  for (let look = 0; look < LOOKS && !signal.aborted; look++) {
    if (isAttemptOver(await readJob(), attempt)) return true;
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

export function isAttemptOver(job: JobView, attempt: number): boolean {
  return isTerminal(job.state) || job.attempt > attempt || (job.attempt === attempt && job.state !== 'running');
}
