import { EXIT } from '../../exit-code.js';
import type { Client } from '../../client.js';
import { cleanText } from '../../ui/fit-text.js';
import { jobColumns } from '../../ui/status/job-columns.js';
import { renderStatus } from '../../ui/status/render-status.js';
import { renderTsv } from '../../ui/table.js';
import type { Terminal } from '../../ui/terminal.js';
import { createTheme } from '../../ui/theme.js';

export interface ShowStatusOptions {
  readonly json?: boolean;
  readonly terminal: Terminal;
  readonly client: Pick<Client, 'summary' | 'listJobs' | 'listAgents' | 'listMirrors'>;
  readonly now: () => number;
}

const JOBS_SHOWN = 20;

/** The platform as it is now: a picture on a terminal; in a pipe lines that begin with `job`, `agent` or `mirror`. */
export async function showStatus({ json = false, terminal, client, now }: ShowStatusOptions): Promise<number> {
  const [summary, { jobs }, agents, mirrors] = await Promise.all([
    client.summary(),
    client.listJobs({ limit: JOBS_SHOWN }),
    client.listAgents(),
    client.listMirrors(),
  ]);
  const theme = createTheme(terminal);
  if (json) terminal.print(JSON.stringify({ summary, jobs, agents, mirrors }, null, 2));
  else if (terminal.isTTY) {
    const view = { width: terminal.size().width, height: Number.POSITIVE_INFINITY, now: now(), theme };
    for (const line of renderStatus({ jobs, agents, mirrors, summary, depths: [] }, view)) terminal.print(line);
  } else {
    for (const line of renderTsv(jobColumns(theme, now()), jobs)) terminal.print(`job\t${line}`);
    for (const { id, state, type, host, pid, job } of agents) {
      terminal.print(['agent', id, state, type, host, String(pid), job ?? ''].map(cleanText).join('\t'));
    }
    for (const { repo, syncedAt, upstream, problem } of mirrors) {
      terminal.print(['mirror', repo, syncedAt ?? '', upstream, problem ?? ''].map(cleanText).join('\t'));
    }
  }
  return EXIT.ok;
}
