import { claimJob, finishJob, readNextEntry, sendHeartbeat } from '#lib/redis/attempts.js';
import { appendLog, endLog } from '#lib/redis/logs.js';
import { createJob } from '#lib/redis/create-job.js';
import { setTimeout as delay } from 'node:timers/promises';
import { ulid } from 'ulid';
import { waitUntil } from '../../support/wait-until.js';
import { newJob, setCapacity, SUCCEEDED } from '../../support/room-jobs.js';
import type { Proof, World } from '../world.js';

/** Longer than any timeout on the way: function 58 s, gateway 60 s. */
const LINES = 350;
const LINE_EVERY_MS = 200;
const HEARTBEAT_LINES = 25;
/** A change that is told sooner was not held back. */
const LIVE_MS = 3000;

export const streamEvents: Proof = {
  name: 'changes and a log streamed through gateway and watchdog, past their timeouts',
  async run(world: World) {
    const over = new AbortController();
    // What fails must not follow on for ever.
    return streamPast(world, over).finally(() => over.abort());
  },
};

async function streamPast({ client, room, repo, build: agentType }: World, over: AbortController): Promise<string> {
  const states: string[] = [];
  let connections = 0;
  const id = ulid();
  const watching = client.followStatus({
    signal: over.signal,
    random: Math.random,
    onConnection: (problem) => void (problem === null && (connections += 1)),
    onEvent(event) {
      const jobs = event.type === 'job' ? [event.job] : event.type === 'snapshot' ? event.jobs : [];
      for (const job of jobs) if (job.id === id && states.at(-1) !== job.state) states.push(job.state);
    },
  });
  await setCapacity(room, 1, agentType);
  await createJob(room, { ...newJob(1), id, repo, agentType });
  const entry = await readNextEntry(room.redis, agentType, 'proof', 1);
  const claim = entry && (await claimJob(room, entry, { type: agentType, agent: 'proof', token: id }));
  if (!claim) throw new Error('the job could not be claimed');

  let log = '';
  let cuts = 0;
  const reading = client.followLog(
    { job: id, attempt: 1 },
    {
      signal: over.signal,
      random: Math.random,
      onBytes: async (bytes) => void (log += Buffer.from(bytes).toString()),
      onLost: () => void (cuts += 1),
    },
  );
  let written = '';
  for (let number = 1; number <= LINES; number += 1) {
    const line = `line ${number}\n`;
    written += line;
    const stored = await appendLog(room, claim, { number, step: 0, at: Date.now(), data: Buffer.from(line) });
    if (stored !== 'stored') throw new Error(`line ${number} was not stored: ${stored}`);
    if (number % HEARTBEAT_LINES === 0) await sendHeartbeat(room, claim);
    await delay(LINE_EVERY_MS);
  }
  await endLog(room, claim, LINES + 1);
  await finishJob(room, claim, SUCCEEDED);
  const finishedAt = Date.now();
  await reading;
  // A provider that gathers what it passes on lets go of it when the function's write_timeout ends the stream.
  await waitUntil(() => states.at(-1) === 'succeeded', { what: 'the end of the job is told', deadlineMs: 120_000 });
  const toldMs = Date.now() - finishedAt;
  over.abort();
  await watching;
  if (log !== written) throw new Error(`the followed log differs: ${log.length} bytes of ${written.length}`);
  const how = toldMs < LIVE_MS ? 'live' : 'IN BURSTS, gathered on the way';
  return `${LINES} lines over ${(LINES * LINE_EVERY_MS) / 1000} s whole after ${cuts} cuts; ${states.join(' -> ')} over ${connections} connections; told after ${toldMs} ms: ${how}`;
}
