import type { Client } from '../../client.js';
import { EXIT } from '../../exit-code.js';
import { mirrorColumns } from '../../ui/status/render-status.js';
import { printRows } from '../../ui/table.js';
import type { Terminal } from '../../ui/terminal.js';
import { createTheme } from '../../ui/theme.js';

export interface ListMirrorsOptions {
  readonly json?: boolean;
  readonly terminal: Terminal;
  readonly client: Pick<Client, 'listMirrors'>;
  readonly now: () => number;
}

export async function listMirrors({ json = false, terminal, client, now }: ListMirrorsOptions): Promise<number> {
  const mirrors = await client.listMirrors();
  if (json) terminal.print(JSON.stringify(mirrors, null, 2));
  else if (mirrors.length === 0 && terminal.isTTY) terminal.say('no mirrors yet: raibid mirror add URL');
  else printRows(terminal, mirrorColumns(createTheme(terminal), now()), mirrors);
  return EXIT.ok;
}
