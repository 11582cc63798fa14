import { FunctionName } from '#lib/core/names.js';
import { RaibidError } from '#lib/errors.js';
import type { Client } from '../../client.js';
import { EXIT } from '../../exit-code.js';
import type { DeadView } from '../../schema.js';
import { formatAge } from '../../ui/age.js';
import { type Column, printRows } from '../../ui/table.js';
import type { Terminal } from '../../ui/terminal.js';

export interface ListDeadOptions {
  /** One function; all when missing. */
  readonly name?: string;
  readonly json?: boolean;
  readonly terminal: Terminal;
  readonly client: Pick<Client, 'listDead'>;
  readonly now: () => number;
}

type Row = DeadView & { readonly name: FunctionName };

export async function listDead({ name, json = false, terminal, client, now }: ListDeadOptions): Promise<number> {
  const names = name === undefined ? FunctionName.options : [checkFunction(name)];
  const lists = await Promise.all(
    names.map(async (name) => (await client.listDead(name)).map((entry) => ({ ...entry, name }))),
  );
  const rows = lists.flat();
  if (json) terminal.print(JSON.stringify(rows, null, 2));
  else if (rows.length === 0 && terminal.isTTY) terminal.say('no dead letters');
  else printRows(terminal, columns(now()), rows);
  return EXIT.ok;
}

export function checkFunction(name: string): FunctionName {
  const parsed = FunctionName.safeParse(name);
  if (parsed.success) return parsed.data;
  throw new RaibidError('usage', `"${name}" is no function`, {
    hint: `It is one of ${FunctionName.options.join(', ')}.`,
  });
}

function columns(now: number): readonly Column<Row>[] {
  return [
    { title: 'FUNCTION', value: (row) => row.name },
    { title: 'ID', value: (row) => row.id },
    { title: 'TYPE', value: (row) => row.type, yields: 2, least: 8 },
    {
      title: 'AGE',
      value: (row) => formatAge(row.failedAt, now),
      plain: (row) => row.failedAt,
      align: 'right',
      yields: 3,
    },
    { title: 'TRIES', value: (row) => String(row.tries), align: 'right', yields: 3 },
    { title: 'WHY', value: (row) => row.why, yields: 1, least: 8 },
  ];
}
