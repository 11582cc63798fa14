import { Sha } from '#lib/core/names.js';
import { RaibidError } from '#lib/errors.js';
import { EXIT } from '../exit-code.js';
import type { Client } from '../client.js';
import { cleanText } from '../ui/fit-text.js';
import { jobColumns } from '../ui/status/job-columns.js';
import { printRows } from '../ui/table.js';
import type { Terminal } from '../ui/terminal.js';
import { createTheme } from '../ui/theme.js';

export interface WhyOptions {
  readonly sha: string;
  readonly json?: boolean;
  readonly terminal: Terminal;
  readonly client: Pick<Client, 'listJobs' | 'why'>;
  readonly now: () => number;
}

/** Tells what became of a commit: deliveries, filters, duplicates, jobs, and what a job waits for. */
export async function explainCommit({ sha, json = false, terminal, client, now }: WhyOptions): Promise<number> {
  const commit = await client.why(await findSha(client, sha.toLowerCase()));
  if (json) {
    terminal.print(JSON.stringify(commit, null, 2));
    return EXIT.ok;
  }
  if (commit.trail.length === 0 && commit.jobs.length === 0) {
    terminal.say(`nothing is known of ${commit.sha}: no delivery named it in the last week`);
    return EXIT.failed;
  }
  const theme = createTheme(terminal);
  for (const { at, code, text } of commit.trail) {
    const line = terminal.isTTY
      ? `${theme.muted(at)}  ${theme.accent(cleanText(code))}  ${cleanText(text)}`
      : [at, code, text].map(cleanText).join('\t');
    terminal.print(line);
  }
  if (terminal.isTTY && commit.jobs.length > 0) terminal.print('');
  printRows(terminal, jobColumns(theme, now()), commit.jobs);
  return EXIT.ok;
}

async function findSha(client: Pick<Client, 'listJobs'>, text: string): Promise<string> {
  if (Sha.safeParse(text).success) return text;
  if (!/^[0-9a-f]{7,64}$/.test(text)) {
    throw new RaibidError('usage', `"${text}" is no commit id`, { hint: 'Give 7 or more hex digits of it.' });
  }
  const { jobs } = await client.listJobs({ limit: 100 });
  const found = [...new Set(jobs.map((job) => job.sha).filter((sha) => sha.startsWith(text)))];
  const [only, other] = found;
  if (only !== undefined && other === undefined) return only;
  const hint = 'Give the full commit id; git rev-parse prints it.';
  if (only === undefined)
    throw new RaibidError('usage', `no recent job has a commit that starts with ${text}`, { hint });
  throw new RaibidError('usage', `${text} could be any of ${found.length} commits`, { hint });
}
