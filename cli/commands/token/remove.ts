import type { Client } from '../../client.js';
import { EXIT } from '../../exit-code.js';
import { confirm } from '../../ui/confirm.js';
import type { Terminal } from '../../ui/terminal.js';

export interface RemoveTokenOptions {
  readonly name: string;
  readonly yes?: boolean;
  readonly terminal: Terminal;
  readonly client: Pick<Client, 'removeToken'>;
}

export async function removeToken({ name, yes = false, terminal, client }: RemoveTokenOptions): Promise<number> {
  const refused = await confirm({ terminal, message: `Remove the token ${name}?`, yes });
  if (refused !== null) return refused;
  await client.removeToken(name);
  terminal.say(`removed ${name}`);
  return EXIT.ok;
}
