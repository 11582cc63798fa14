import type { Request, Response } from 'express';
import { setTimeout as delay } from 'node:timers/promises';
import type { FunctionContext } from '#lib/function-context.js';
import { type EventStream, openEventStream } from '#lib/http/event-stream.js';
import { findAgent, listAgents } from '#lib/redis/agents.js';
import { type Change, readLastChange } from '#lib/redis/events.js';
import { findJob, listJobs, listLiveJobs } from '#lib/redis/jobs.js';
import { findMirror, listMirrors } from '#lib/redis/mirrors.js';
import { toIso } from '#lib/views/job-view.js';
import { viewMirror } from '#lib/views/mirror-view.js';
import type { createChangeFeed } from './change-feed.js';
import { summarise, viewAgent } from './summary.js';
import { viewJobs } from './view-jobs.js';

type Context = Pick<FunctionContext, 'room' | 'now'>;
type Feed = ReturnType<typeof createChangeFeed>;

/** Changes are gathered this long and told together, in milliseconds: a burst costs each job one line, not one a change. */
const GATHER_MS = 100;
const LIVE_SHOWN = 500;
const ENDED_SHOWN = 50;

/** `GET /events`: a snapshot, then what changed, each thing read anew from its hash. A client that comes back gets a snapshot again. */
export async function serveEvents(context: Context, feed: Feed, req: Request, res: Response): Promise<void> {
  const stream = openEventStream(req, res);
  /** By thing, what happened to it since it was last told: of a job all states, of others the last change. */
  const pending = new Map<string, Change[]>();
  let wake: (() => void) | null = null;
  const unsubscribe = feed.subscribe((changes) => {
    for (const change of changes) {
      const thing = `${change.type} ${change.key}`;
      const earlier = change.type === 'job' ? pending.get(thing) : undefined;
      if (earlier) earlier.push(change);
      else pending.set(thing, [change]);
    }
    wake?.();
  });
  stream.signal.addEventListener('abort', () => wake?.(), { once: true });
  try {
    await sendSnapshot(context, stream);
    while (!stream.signal.aborted) {
      if (pending.size === 0) await new Promise<void>((resolve) => (wake = resolve));
      const changes = [...pending.values()];
      pending.clear();
      await sendChanges(context, stream, changes);
      await delay(GATHER_MS, undefined, { signal: stream.signal }).catch(() => undefined);
    }
  } finally {
    unsubscribe();
    stream.close();
  }
}

async function sendSnapshot({ room, now }: Context, stream: EventStream): Promise<void> {
  const id = await readLastChange(room);
  const [live, recent, agents, mirrors, summary] = await Promise.all([
    listLiveJobs(room, LIVE_SHOWN),
    listJobs(room, { limit: ENDED_SHOWN, states: ['succeeded', 'failed', 'cancelled', 'errored'] }),
    listAgents(room),
    listMirrors(room),
    summarise(room),
  ]);
  const jobs = await viewJobs(room, [...live, ...recent.jobs], now());
  const data = { jobs, agents: agents.map(viewAgent), mirrors: mirrors.map(viewMirror), summary };
  await stream.send({ event: 'snapshot', id, data: JSON.stringify(data) });
}

async function sendChanges(context: Context, stream: EventStream, things: readonly Change[][]): Promise<void> {
  const { room } = context;
  for (const changes of things) {
    const last = changes.at(-1);
    const data = last ? await readChanged(context, last, changes) : null;
    if (last && data) await stream.send({ event: last.type, id: last.id, data: JSON.stringify(data) });
  }
  if (things.length > 0) {
    await stream.send({ event: 'summary', data: JSON.stringify({ summary: await summarise(room) }) });
  }
}

/** A thing as it is now; a job also with the states it passed since it was last told. */
async function readChanged(
  { room, now }: Context,
  { type, key }: Change,
  changes: readonly Change[],
): Promise<object | null> {
  switch (type) {
    case 'job': {
      const job = await findJob(room, key);
      const [view] = job ? await viewJobs(room, [job], now()) : [];
      const passed = changes.map(({ id, state }) => ({ state, at: toIso(Number.parseInt(id, 10)) }));
      return view ? { job: view, passed } : null;
    }
    case 'agent': {
      const agent = await findAgent(room, key);
      return { id: key, agent: agent && viewAgent(agent) };
    }
    case 'mirror': {
      const mirror = await findMirror(room, key);
      return { repo: key, mirror: mirror && viewMirror(mirror) };
    }
    case 'control':
      return null;
  }
}
