import type { Measure } from './bench.js';
import { answerWebhook } from './measure/answer-webhook.js';
import { buildLarge, buildSmall } from './measure/build-rust.js';
import { cancelJob } from './measure/cancel-job.js';
import { claimEntry } from './measure/claim-entry.js';
import { createBehindHeld } from './measure/create-behind-held.js';
import { cycleJobs } from './measure/cycle-jobs.js';
import { drainBurst } from './measure/drain-burst.js';
import { floodLog } from './measure/flood-log.js';
import { followLog } from './measure/follow-log.js';
import { functionStart } from './measure/function-start.js';
import { idleMemory } from './measure/idle-memory.js';
import { invokeFunction } from './measure/invoke-function.js';
import { killAgent } from './measure/kill-agent.js';
import { readFinishedLog } from './measure/read-finished-log.js';
import { startStep } from './measure/start-step.js';
import { watchdogOverhead } from './measure/watchdog-overhead.js';

/** All measurements by the name that --only takes, in the order of the table. */
export const MEASUREMENTS: Readonly<Record<string, Measure>> = {
  'answer-webhook': answerWebhook,
  'claim-entry': claimEntry,
  'start-step': startStep,
  'drain-burst': drainBurst,
  'build-small': buildSmall,
  'build-large': buildLarge,
  'follow-log': followLog,
  'flood-log': floodLog,
  'read-finished-log': readFinishedLog,
  'cancel-job': cancelJob,
  'kill-agent': killAgent,
  'cycle-jobs': cycleJobs,
  'create-behind-held': createBehindHeld,
  'invoke-function': invokeFunction,
  'idle-memory': idleMemory,
  'function-start': functionStart,
  'watchdog-overhead': watchdogOverhead,
};
