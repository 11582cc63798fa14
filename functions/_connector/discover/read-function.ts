import type { FunctionName } from '#lib/core/names.js';
import { classifyStream, keys, ownInbox, streamInbox } from '#lib/redis/keys.js';
import type { ConnectedFunction, ConnectedStream } from '../connected-function.js';
import { Annotations, findUnknown } from './annotations.js';
import { type Discovered, Label } from './discovered.js';
import { writeFunctionUrl } from './function-url.js';

export interface ReadOptions {
  /** Names of functions of this namespace go without it. */
  readonly defaultNamespace: string;
  /** With {name}, {namespace}, {target} and {path}. */
  readonly urlTemplate: string;
  /** Separates several topics of one annotation; '' when there is one only. */
  readonly topicDelimiter: string;
  /** For functions that name none, in ms. */
  readonly timeoutMs: number;
}

export type ReadFunction =
  | { readonly ok: true; readonly fn: ConnectedFunction }
  | { readonly ok: false; readonly name: string; readonly problem: string };

const SCHEME = 'redis:';

/** What a function's annotations ask for; topics of other connectors are left to them. */
export function readFunction({ name, namespace, annotations }: Discovered, options: ReadOptions): ReadFunction {
  const isElsewhere = namespace !== '' && namespace !== options.defaultNamespace;
  const target = isElsewhere ? `${name}.${namespace}` : name;
  const refuse = (problem: string): ReadFunction => ({ ok: false, name: target, problem });

  const named = Label.safeParse(name);
  if (!named.success) return refuse(`its name ${named.error.issues[0]?.message ?? ''}`);
  const unknown = findUnknown(annotations);
  if (unknown.length > 0) return refuse(`there is no annotation ${unknown.join(', ')}`);
  const parsed = Annotations.safeParse(annotations);
  if (!parsed.success) {
    return refuse(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  }
  const streams: ConnectedStream[] = [];
  let own = false;
  for (const topic of splitTopics(parsed.data.topic, options.topicDelimiter)) {
    const stream = topic.slice(SCHEME.length);
    if (stream === '') return refuse(`topic: "${topic}" names no stream`);
    const kind = classifyStream(stream);
    if (kind.kind === 'ours') return refuse(`topic: ${stream} is not for functions`);
    if (stream === keys.events && parsed.data['raibid.dev/acked'] === 'delete') {
      return refuse(`raibid.dev/acked: ${stream} is read by others too`);
    }
    if (kind.kind === 'inbox') {
      if (kind.fn !== target) return refuse(`topic: ${stream} is for the function ${kind.fn} only`);
      own = true;
    }
    streams.push(connect(topic, kind.kind === 'inbox' ? kind.fn : null, target, parsed.data));
  }
  if (own && streams.length > 1) return refuse('topic: a function of ours reads its own inbox only');

  const { 'raibid.dev/path': path, 'raibid.dev/timeout': timeoutMs = options.timeoutMs } = parsed.data;
  // Our own timers look after what was missed while nobody was there.
  const schedules = parsed.data['raibid.dev/schedule'].map((timer) => ({ ...timer, atStart: own }));
  const url = writeFunctionUrl(options.urlTemplate, {
    ...{ name, target, path },
    namespace: namespace === '' ? options.defaultNamespace : namespace,
  });
  const concurrency = parsed.data['raibid.dev/concurrency'];
  return { ok: true, fn: { name: target, own, url, timeoutMs, concurrency, streams, schedules } };
}

function splitTopics(topic: string | undefined, delimiter: string): string[] {
  const topics = delimiter === '' ? [topic ?? ''] : (topic ?? '').split(delimiter);
  return [...new Set(topics.map((part) => part.trim()))].filter((part) => part.startsWith(SCHEME));
}

function connect(topic: string, own: FunctionName | null, target: string, annotations: Annotations): ConnectedStream {
  if (own !== null) return { topic, inbox: ownInbox(own), from: 'first' };
  const deletes = annotations['raibid.dev/acked'] === 'delete' ? 'alone' : 'never';
  return {
    topic,
    inbox: streamInbox(topic.slice(SCHEME.length), target, deletes),
    from: annotations['raibid.dev/start'],
  };
}
