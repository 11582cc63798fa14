import type { Client, ControlChange } from '../../client.js';
import { EXIT } from '../../exit-code.js';
import type { Terminal } from '../../ui/terminal.js';

export interface ChangeControlOptions {
  readonly change: ControlChange;
  readonly terminal: Terminal;
  readonly client: Pick<Client, 'changeControl'>;
}

/** Pauses, drains, resumes or sets capacity, and prints what holds now. */
export async function changeControl({ change, terminal, client }: ChangeControlOptions): Promise<number> {
  const { paused, draining, capacity } = await client.changeControl(change);
  const flags = [...(paused ? ['paused'] : []), ...(draining ? ['draining'] : [])];
  const slots = Object.entries(capacity).map(([type, number]) => `${type}=${number}`);
  terminal.print([flags.join(', ') || 'running', ...slots].join('  '));
  return EXIT.ok;
}
