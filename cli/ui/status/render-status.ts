import type { AgentView, JobView, MirrorView, SummaryView } from '../../schema.js';
import { formatAge } from '../age.js';
import { cleanText, clipLine, fitText, measureText } from '../fit-text.js';
import { type Column, renderTable } from '../table.js';
import type { Theme } from '../theme.js';
import { chooseRows } from './choose-rows.js';
import { jobColumns, shortJobId } from './job-columns.js';
import { countWaiting, type StatusModel } from './model.js';
import { drawSparkline } from './sparkline.js';

export interface StatusView {
  readonly width: number;
  /** Lines at most; Infinity for all. */
  readonly height: number;
  /** Unix milliseconds. */
  readonly now: number;
  readonly theme: Theme;
  /** First words of the first line. */
  readonly title?: string;
  /** What must be known at once, e.g. a lost connection. */
  readonly banner?: string | null;
  /** Id of the selected job. */
  readonly selected?: string | null;
  /** Last line: keys, a question, the filter being typed. */
  readonly footer?: string | null;
  /** Shown instead of the table when there are no jobs. */
  readonly empty?: string;
}

const AGENTS_SHOWN = 8;
const SPARK_WIDTH = 24;

/** The whole picture as lines: none wider than `width`, no more than `height`. Pure. */
export function renderStatus(model: StatusModel, view: StatusView): string[] {
  const { theme, width, height, footer = null } = view;
  const top = [headline(model, view)];
  if (view.banner) top.push(theme.warn(fitText(`! ${cleanText(view.banner)}`, width, theme.ellipsis)));
  const bottom = footer === null ? [] : [theme.muted(fitText(footer, width, theme.ellipsis))];
  const sections = [agentLines(model, view), mirrorLines(model.mirrors, view)].filter((lines) => lines.length > 0);
  // Jobs come first: a section is shown only where it leaves them enough.
  let room = height - top.length - bottom.length;
  const wantedByJobs = Math.min(model.jobs.length, 6) + 2;
  const below: string[] = [];
  for (const lines of sections) {
    if (room - lines.length - 1 < wantedByJobs) continue;
    below.push('', ...lines);
    room -= lines.length + 1;
  }
  const airy = room >= 6;
  const table = jobLines(model.jobs, view, room - (airy ? 1 : 0));
  const lines = [...top, ...(airy ? [''] : []), ...table, ...below];
  const fill = footer !== null && Number.isFinite(height) ? Math.max(0, height - lines.length - bottom.length) : 0;
  const kept = lines.slice(0, Math.max(1, height - bottom.length));
  return [...kept, ...Array<string>(fill).fill(''), ...bottom].slice(0, height).map((line) => clipLine(line, width));
}

function headline({ summary, depths }: StatusModel, { theme, title = 'raibid', width }: StatusView): string {
  const head = theme.strong(cleanText(title));
  if (!summary) return head;
  const parts = [theme.busy(`${summary.states.running ?? 0} running`)];
  const waiting = countWaiting(summary);
  const spark = depths.length > 1 && width >= 70 ? ` ${drawSparkline(depths, theme.spark, SPARK_WIDTH)}` : '';
  parts.push(theme.warn(`${waiting} waiting`) + theme.muted(spark));
  parts.push(...endedCounts(summary, theme));
  const flags = [
    ...(summary.paused ? [theme.warn('PAUSED')] : []),
    ...(summary.draining ? [theme.warn('DRAINING')] : []),
  ];
  const line = (count: number) => [head, ...flags, parts.slice(0, count).join(theme.muted(theme.separator))].join('  ');
  // A number that is cut would be another number: what does not fit is left out whole.
  let count = parts.length;
  while (count > 1 && measureText(line(count)) > width) count -= 1;
  return line(count);
}

function endedCounts({ states }: SummaryView, theme: Theme): string[] {
  return (['succeeded', 'failed', 'errored', 'cancelled'] as const)
    .filter((state) => (states[state] ?? 0) > 0)
    .map((state) => theme.state[state](`${states[state]} ${state}`));
}

function jobLines(jobs: readonly JobView[], view: StatusView, most: number): string[] {
  const { theme, width, now, selected = null } = view;
  if (jobs.length === 0) return [theme.muted(view.empty ?? 'no jobs yet')];
  const { rows, more } = chooseRows(jobs, Math.max(1, most - 1), selected);
  const gutter = selected === null ? 0 : 2;
  const table = renderTable(jobColumns(theme, now), rows, { theme, width: Math.max(1, width - gutter) });
  const lines = table.map((line, index) => {
    if (gutter === 0) return line;
    return `${index > 0 && rows[index - 1]?.id === selected ? theme.accent(theme.pointer) : ' '} ${line}`;
  });
  if (more !== null && lines.length < most) lines.push(theme.muted(`${' '.repeat(gutter)}${theme.ellipsis} ${more}`));
  return lines;
}

function agentLines({ agents, summary }: StatusModel, { theme, width, now }: StatusView): string[] {
  const columns: readonly Column<AgentView>[] = [
    { title: 'AGENT', value: (agent) => shortJobId(agent.id), yields: 3, least: 6 },
    {
      title: 'STATE',
      value: (agent) => `${agent.state === 'busy' ? theme.symbol.running : theme.symbol.queued} ${agent.state}`,
      paint: (agent) => (agent.state === 'busy' ? theme.busy : theme.muted),
    },
    { title: 'TYPE', value: (agent) => agent.type, yields: 2 },
    { title: 'JOB', value: (agent) => (agent.job === null ? '' : shortJobId(agent.job)), yields: 2 },
    { title: 'HOST', value: (agent) => `${agent.host}:${agent.pid}`, yields: 1, paint: () => theme.muted },
    { title: 'UP', value: (agent) => formatAge(agent.startedAt, now), align: 'right', yields: 2 },
  ];
  const capacity = Object.entries(summary?.capacity ?? {}).map(([type, slots]) => `${type} ${slots}`);
  if (agents.length === 0 && capacity.length === 0) return [];
  const { idle, busy } = summary?.agents ?? { idle: 0, busy: 0 };
  const slots = capacity.length > 0 ? theme.muted(`${theme.separator}slots: ${cleanText(capacity.join(', '))}`) : '';
  const more =
    agents.length > AGENTS_SHOWN ? [theme.muted(`${theme.ellipsis} ${agents.length - AGENTS_SHOWN} more`)] : [];
  const head = `${theme.strong('agents')}  ${busy} busy${theme.muted(theme.separator)}${idle} idle${slots}`;
  return [head, ...renderTable(columns, agents.slice(0, AGENTS_SHOWN), { width, theme }), ...more];
}

function mirrorLines(mirrors: readonly MirrorView[], { theme, width, now }: StatusView): string[] {
  if (mirrors.length === 0) return [];
  // Trouble first; the others by name, as they came.
  const sorted = mirrors.toSorted((a, b) => Number(b.problem !== null) - Number(a.problem !== null));
  const shown = sorted.slice(0, AGENTS_SHOWN);
  const more =
    sorted.length > shown.length ? [theme.muted(`${theme.ellipsis} ${sorted.length - shown.length} more`)] : [];
  return [theme.strong('mirrors'), ...renderTable(mirrorColumns(theme, now), shown, { width, theme }), ...more];
}

/** Columns of a mirror; `now` in Unix milliseconds. */
export function mirrorColumns(theme: Theme, now: number): readonly Column<MirrorView>[] {
  return [
    { title: 'REPO', value: (mirror) => mirror.repo, yields: 3, least: 10 },
    {
      title: 'SYNCED',
      value: (mirror) => (mirror.syncedAt === null ? 'never' : formatAge(mirror.syncedAt, now)),
      plain: (mirror) => mirror.syncedAt ?? '',
      align: 'right',
    },
    { title: 'UPSTREAM', value: (mirror) => mirror.upstream, yields: 2, least: 8, paint: () => theme.muted },
    { title: 'PROBLEM', value: (mirror) => mirror.problem ?? '', yields: 1, least: 8, paint: () => theme.bad },
  ];
}
