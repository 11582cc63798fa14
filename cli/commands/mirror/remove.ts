import type { Client } from '../../client.js';
import { EXIT } from '../../exit-code.js';
import { confirm } from '../../ui/confirm.js';
import type { Terminal } from '../../ui/terminal.js';
import { checkName } from './derive-name.js';

export interface RemoveMirrorOptions {
  readonly name: string;
  readonly yes?: boolean;
  readonly terminal: Terminal;
  readonly client: Pick<Client, 'removeMirror'>;
}

export async function removeMirror({ name, yes = false, terminal, client }: RemoveMirrorOptions): Promise<number> {
  const repo = checkName(name);
  const message = `Remove the mirror of ${repo} and cancel its jobs?`;
  const refused = await confirm({ terminal, message, yes });
  if (refused !== null) return refused;
  await client.removeMirror(repo);
  terminal.say(`removed ${repo}`);
  return EXIT.ok;
}
