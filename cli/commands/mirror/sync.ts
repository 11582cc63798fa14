import type { Client } from '../../client.js';
import { EXIT } from '../../exit-code.js';
import type { Terminal } from '../../ui/terminal.js';
import { checkName } from './derive-name.js';

export interface SyncMirrorOptions {
  readonly name: string;
  readonly terminal: Terminal;
  readonly client: Pick<Client, 'syncMirror'>;
}

export async function syncMirror({ name, terminal, client }: SyncMirrorOptions): Promise<number> {
  const { announced } = await client.syncMirror(checkName(name));
  terminal.say(
    announced === 0 ? `${name} was up to date` : `${name}: ${announced} ${announced === 1 ? 'ref' : 'refs'} changed`,
  );
  return EXIT.ok;
}
