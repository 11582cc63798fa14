import type { Client } from '../../client.js';
import { EXIT } from '../../exit-code.js';
import { formatAge } from '../../ui/age.js';
import { printRows } from '../../ui/table.js';
import type { Terminal } from '../../ui/terminal.js';

export interface ListTokensOptions {
  readonly json?: boolean;
  readonly terminal: Terminal;
  readonly client: Pick<Client, 'listTokens'>;
  readonly now: () => number;
}

export async function listTokens({ json = false, terminal, client, now }: ListTokensOptions): Promise<number> {
  const tokens = await client.listTokens();
  if (json) terminal.print(JSON.stringify(tokens, null, 2));
  else if (tokens.length === 0 && terminal.isTTY) terminal.say('no tokens but the admin token of the platform');
  else {
    printRows(
      terminal,
      [
        { title: 'NAME', value: (token) => token.name, yields: 1 },
        { title: 'SCOPE', value: (token) => token.scope },
        {
          title: 'AGE',
          value: (token) => formatAge(token.createdAt ?? null, now()),
          plain: (token) => token.createdAt ?? '',
          align: 'right',
        },
      ],
      tokens,
    );
  }
  return EXIT.ok;
}
