import { streamInbox } from '#lib/redis/keys.js';
import type { ConnectedFunction } from '../../functions/_connector/connector.js';
import type { MessageSink } from '../support/message-sink.js';
import { readGroup } from '../support/streams.js';
import { waitUntil } from '../support/wait-until.js';
import type { setUpConnector } from './connector-fixture.js';

/** The stream that the tests use. */
export const STREAM = 'orders';

type Changes = Partial<ConnectedFunction> & { readonly deletes?: 'alone' | 'never'; readonly stream?: string };

/** Somebody else's functions and streams, beside what a connector's test has. */
export function onStreams(t: ReturnType<typeof setUpConnector>, getSink: () => MessageSink) {
  function fn(name: string, { deletes, stream = STREAM, ...changes }: Changes = {}): ConnectedFunction {
    const streams = [{ topic: `redis:${stream}`, inbox: streamInbox(stream, name, deletes), from: 'first' as const }];
    const called = { name, own: false, url: `${getSink().url}/${name}`, timeoutMs: 5000, concurrency: 8 };
    return { ...called, streams, schedules: [], ...changes };
  }

  const add = async (fields: Record<string, string | Buffer>, stream = STREAM) =>
    (await t.room.redis.xadd(stream, '*', ...Object.entries(fields).flat())) ?? '';
  const group = (name: string, stream = STREAM) => readGroup(t.room, streamInbox(stream, name));
  const isDone = (name: string, stream = STREAM) =>
    waitUntil(
      async () => {
        const state = await group(name, stream);
        return state?.pending === 0 && state.lag === 0;
      },
      { what: `${name} is done with ${stream}` },
    );
  const deadOf = async (name: string, stream = STREAM) =>
    (await t.room.redis.xrangeBuffer(`${stream}:dead:${name}`, '-', '+')).map(([, flat]) => flat);

  return { fn, add, group, isDone, deadOf };
}
