import type { Client } from '../../client.js';
import { EXIT } from '../../exit-code.js';
import type { Terminal } from '../../ui/terminal.js';

export interface CreateTokenOptions {
  readonly name: string;
  readonly scope: string;
  readonly terminal: Terminal;
  readonly client: Pick<Client, 'createToken'>;
}

/** Prints the token, which is kept nowhere else. */
export async function createToken({ name, scope, terminal, client }: CreateTokenOptions): Promise<number> {
  const { token } = await client.createToken({ name, scope });
  terminal.print(token);
  terminal.say(`token ${name} may ${scope}; it is shown this once`);
  return EXIT.ok;
}
