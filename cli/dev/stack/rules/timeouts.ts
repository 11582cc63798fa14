import { parseDuration } from '#lib/core/duration.js';
import type { Finding, Place } from '../finding.js';
import type { Facts } from '../facts.js';
import { parseGoDuration } from '../parse-go-duration.js';
import type { Stack, StackFunction } from '../read-stack.js';
import { entryOf, textOf, type Value, valueOf } from '../value.js';

const NAMES = ['exec_timeout', 'write_timeout', 'read_timeout'] as const;
type Name = (typeof NAMES)[number] | 'healthcheck_interval';

interface Timeout {
  readonly at: Place;
  readonly text: string;
  readonly ms: number;
}

/** Timeouts of the watchdog that contradict each other, the gateway's or the connector's. */
export function* checkTimeouts({ kind, functions }: Stack, facts: Facts): Generator<Finding> {
  for (const fn of kind === 'functions' ? functions : []) {
    const found = new Map<string, Timeout>();
    for (const name of [...NAMES, 'healthcheck_interval'] as const) yield* readTimeout(fn, name, found);
    yield* compare(fn, found, facts);
  }
}

function* readTimeout(
  { where: parent, at, value }: StackFunction,
  name: Name,
  found: Map<string, Timeout>,
): Generator<Finding> {
  const where = `${parent}.environment.${name}`;
  const entry = entryOf(valueOf(value, 'environment'), name);
  if (entry?.value.kind !== 'text') {
    if (name === 'healthcheck_interval') return;
    const fix = `Set all of ${NAMES.join(', ')}`;
    yield {
      at: entry?.at ?? at,
      where,
      what: 'is not set here: what image or watchdog take instead is not compared with the rest',
      fix,
    };
    return;
  }
  const { text, at: place } = entry.value;
  const ms = parseGoDuration(text);
  if (ms === null) {
    yield { at: place, where, what: `${JSON.stringify(text)} is no duration`, fix: 'Write one like 55s or 1m30s' };
  } else if (ms === 0) {
    const what = name === 'exec_timeout' ? 'zero means no timeout at all' : 'the watchdog does not start with zero';
    yield { at: place, where, what, fix: 'Write one like 55s' };
  } else found.set(name, { at: place, text, ms });
}

function* compare({ where, value }: StackFunction, found: Map<string, Timeout>, facts: Facts): Generator<Finding> {
  const [exec, write, read] = NAMES.map((name) => found.get(name));
  const at = (name: Name) => `${where}.environment.${name}`;
  for (const [name, outer] of [
    ['write_timeout', write],
    ['read_timeout', read],
  ] as const) {
    if (exec && outer && exec.ms > outer.ms) {
      const what = `${exec.text} is longer than ${name}, ${outer.text}: the answer is cut off before the call is over`;
      yield { at: exec.at, where: at('exec_timeout'), what, fix: `Lower it, or raise ${name}` };
    }
    if (outer && outer.ms > facts.gatewayTimeoutMs) {
      const what = `${outer.text} is longer than the gateway waits, ${facts.gatewayTimeoutMs / 1000}s`;
      const fix = 'Lower it, or raise upstream_timeout of the gateway and say so in RAIBID_GATEWAY_TIMEOUT';
      yield { at: outer.at, where: at(name), what, fix };
    }
  }
  const interval = found.get('healthcheck_interval');
  if (interval && write && interval.ms > write.ms) {
    const what = `the watchdog takes ${interval.text} for calls that still come when it ends, longer than any call may take`;
    yield { at: interval.at, where: at('healthcheck_interval'), what, fix: 'Write 2s' };
  }
  if (write) yield* compareConnector(value, where, write, facts.connectorTimeoutMs);
}

/** Of what the connector invokes. */
function* compareConnector(value: Value, parent: string, write: Timeout, otherwiseMs: number): Generator<Finding> {
  const annotations = valueOf(value, 'annotations');
  const hasTopic = textOf(annotations, 'topic')?.startsWith('redis:') ?? false;
  const isInvoked = hasTopic || entryOf(annotations, 'raibid.dev/schedule') !== undefined;
  const limit = valueOf(annotations, 'raibid.dev/timeout');
  const text = limit?.kind === 'text' ? limit.text : `${otherwiseMs / 1000}s`;
  const ms = parseDuration(text);
  if (!isInvoked || ms === null || ms >= write.ms) return;
  const what = `the connector gives up after ${text} and calls again, while the function may work for ${write.text}`;
  const where = `${parent}.annotations.raibid.dev/timeout`;
  yield { at: limit?.at ?? annotations?.at ?? value.at, where, what, fix: `Write at least ${write.text}` };
}
