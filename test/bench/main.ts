import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Bench } from './bench.js';
import { MEASUREMENTS } from './measurements.js';
import { describeMachine } from './report/machine.js';
import { fillMarkdown, renderMarkdown } from './report/markdown.js';
import { renderTable } from './report/table.js';
import type { Row } from './row.js';

const USAGE = `npm run bench -- [--only NAME]... [--quick] [--json FILE] [--markdown FILE]
names: ${Object.keys(MEASUREMENTS).join(' ')}`;

/** Answers the exit code: 0 also when bars are missed, 1 when a measurement could not be made, 2 for wrong usage. */
async function main(): Promise<number> {
  const options = readOptions();
  if (options === null) return 2;
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const bench: Bench = { times: (full, quick) => (options.quick ? quick : full), say };
  const names = options.only ?? Object.keys(MEASUREMENTS);
  const rows: Row[] = [];
  const broken: string[] = [];
  for (const name of names) {
    const measure = MEASUREMENTS[name];
    if (measure === undefined) continue;
    say(`${name} ...`);
    try {
      rows.push(...(await measure(bench)));
    } catch (error) {
      broken.push(name);
      say(`${name} could not be measured: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  console.log(renderTable(rows));
  const missed = rows.filter(({ ok }) => !ok);
  console.log(`\n${rows.length} figures, ${missed.length} bars missed, ${broken.length} not measured`);
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(rows.map(toJson), null, 2)}\n`);
  if (options.markdown !== undefined) await writeMarkdown(options.markdown, rows);
  return broken.length > 0 ? 1 : 0;
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', multiple: true },
        quick: { type: 'boolean', default: false },
        json: { type: 'string' },
        markdown: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    const unknown = (values.only ?? []).filter((name) => !(name in MEASUREMENTS));
    if (unknown.length === 0) return values;
    say(`no measurement is called ${unknown.join(', ')}\n${USAGE}`);
  } catch (error) {
    say(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
  return null;
}

function toJson({ name, value, unit, bar, ok, reference }: Row): Omit<Row, 'floor'> {
  return { name, value, unit, bar, ok, reference };
}

async function writeMarkdown(file: string, rows: readonly Row[]): Promise<void> {
  const before = await readFile(file, 'utf8').catch(() => '');
  await writeFile(file, fillMarkdown(before, renderMarkdown(rows, await describeMachine())));
}

function say(text: string): void {
  console.error(`bench: ${text}`);
}

process.exitCode = await main();
