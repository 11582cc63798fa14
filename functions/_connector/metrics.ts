import { Counter, Gauge, Registry } from 'prom-client';
import type { FunctionStats } from './stats.js';

export interface ConnectorState {
  readonly stats: ReadonlyMap<string, FunctionStats>;
  /** Whether the last look for functions worked; null before the first. */
  readonly discovers: boolean | null;
  readonly leftOut: number;
}

/** Prometheus' text about this replica; each inbox is counted by the one replica that holds it. */
export async function renderMetrics({
  stats,
  discovers,
  leftOut,
}: ConnectorState): Promise<{ type: string; text: string }> {
  const registry = new Registry();
  const about = { labelNames: ['function'], registers: [registry] };
  const counter = (name: string, help: string) => new Counter({ name: `raibid_connector_${name}`, help, ...about });
  const gauge = (name: string, help: string) => new Gauge({ name: `raibid_connector_${name}`, help, ...about });
  const invocations = counter('invocations_total', 'Calls that were made, timers included');
  const retries = counter('retries_total', 'Calls that had to be repeated');
  const deadLetters = counter('dead_letters_total', 'Entries that were given up');
  const held = gauge('held_entries', 'Entries that were read and are not done with');
  const open = gauge('open_calls', 'Calls that are open now');
  const lag = gauge('lag_seconds', 'Age of the oldest entry in hand');
  for (const [fn, of] of stats) {
    const labels = { function: fn };
    invocations.inc(labels, of.invocations);
    retries.inc(labels, of.retries);
    deadLetters.inc(labels, of.deadLetters);
    held.set(labels, of.held);
    open.set(labels, of.open);
    lag.set(labels, of.lagMs / 1000);
  }
  const single = { registers: [registry] };
  const works = { name: 'raibid_connector_discovery_up', help: '1 while the last look for functions worked' };
  new Gauge({ ...works, ...single }).set(discovers === true ? 1 : 0);
  const refused = { name: 'raibid_connector_functions_left_out', help: 'Functions whose annotations are wrong' };
  new Gauge({ ...refused, ...single }).set(leftOut);
  return { type: registry.contentType, text: await registry.metrics() };
}
