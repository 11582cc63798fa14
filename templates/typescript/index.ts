/// <reference types="node" />
import './runtime/fatal.js';
import setup from './function/handler.js';
import { answerWith } from './runtime/answer.js';
import { readBody } from './runtime/body.js';
import type { Handler, Runtime, Setup } from './runtime/contract.js';
import { endEventStreams } from './runtime/event-streams.js';
import { log } from './runtime/log.js';
import { problem } from './runtime/problem.js';
import { die, followSignals, prepareLock } from './runtime/process-life.js';
import { serve } from './runtime/serve.js';
import { readSettings } from './runtime/settings.js';

/** Starts the function: setup, listen, and only then ready. */
async function main(): Promise<void> {
  const { port, lockFile } = readSettings(process.env);
  const lock = prepareLock(lockFile);
  const stopping = followSignals();
  const runtime: Runtime = { env: Object.freeze({ ...process.env }), stopping, readBody, problem, log };
  const start: Setup = setup;
  const listener = answerWith(requireHandler(await start(runtime)), log);
  const watch = endEventStreams(stopping);
  const taken = await serve((req, res) => {
    watch(res);
    // Who comes again shall come to another replica.
    if (stopping.aborted) res.setHeader('Connection', 'close');
    listener(req, res);
  }, port);
  // of-watchdog has taken the file away at SIGTERM, for good.
  if (!stopping.aborted) lock.write();
  log.info('ready', { port: taken, ms: Math.round(performance.now()) });
}

function requireHandler(given: Handler): Handler {
  if (typeof given === 'function') return given;
  throw new TypeError(`setup of handler.ts must answer a function (req, res), not ${typeof given}`);
}

main().catch((error: unknown) => die('start failed', error));
