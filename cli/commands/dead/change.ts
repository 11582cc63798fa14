import type { Client } from '../../client.js';
import { EXIT } from '../../exit-code.js';
import { confirm } from '../../ui/confirm.js';
import type { Terminal } from '../../ui/terminal.js';
import { checkFunction } from './list.js';

interface DeadOptions {
  readonly name: string;
  readonly id: string;
  readonly terminal: Terminal;
}

export interface ShowDeadOptions extends DeadOptions {
  readonly client: Pick<Client, 'showDead'>;
}

/** Prints the whole entry as JSON: the event, and why it was given up. */
export async function showDead({ name, id, terminal, client }: ShowDeadOptions): Promise<number> {
  terminal.print(JSON.stringify(await client.showDead(checkFunction(name), id), null, 2));
  return EXIT.ok;
}

export interface RetryDeadOptions extends DeadOptions {
  readonly client: Pick<Client, 'retryDead'>;
}

export async function retryDead({ name, id, terminal, client }: RetryDeadOptions): Promise<number> {
  await client.retryDead(checkFunction(name), id);
  terminal.say(`${id} is in the inbox of ${name} again`);
  return EXIT.ok;
}

export interface DropDeadOptions extends DeadOptions {
  readonly yes?: boolean;
  readonly client: Pick<Client, 'dropDead'>;
}

export async function dropDead({ name, id, yes = false, terminal, client }: DropDeadOptions): Promise<number> {
  const inbox = checkFunction(name);
  const refused = await confirm({ terminal, message: `Drop ${id} of ${inbox} for ever?`, yes });
  if (refused !== null) return refused;
  await client.dropDead(inbox, id);
  terminal.say(`dropped ${id}`);
  return EXIT.ok;
}
