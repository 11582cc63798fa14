import { cleanText, clipLine, fitText } from '../fit-text.js';
import type { Size } from '../terminal.js';
import type { Theme } from '../theme.js';
import { shortJobId } from './job-columns.js';
import { type LogLines, renderLog } from './log-lines.js';
import type { StatusModel } from './model.js';
import { renderStatus } from './render-status.js';
import { filterJobs, KEYS, type Screen } from './screen.js';

export interface ScreenView extends Size {
  readonly now: number;
  readonly theme: Theme;
  /** A lost connection, or the answer to the last key. */
  readonly banner: string | null;
  readonly log: LogLines;
}

/** The whole screen of the live view. Pure. */
export function renderScreen(model: StatusModel, screen: Screen, view: ScreenView): string[] {
  if (screen.mode === 'log') return renderLogPage(model, screen, view);
  if (screen.mode === 'help') return renderHelp(view);
  const jobs = filterJobs(model.jobs, screen.filter);
  return renderStatus(
    { ...model, jobs },
    {
      ...view,
      selected: screen.selected ?? '',
      footer: footerOf(screen),
      empty: screen.filter === '' ? 'no jobs yet: push a commit, or raibid jobs run REPO' : 'no job matches the filter',
    },
  );
}

function footerOf({ mode, filter, job }: Screen): string {
  if (mode === 'filter') return `filter: ${cleanText(filter)}_   enter keep  esc clear`;
  if (mode === 'confirm-cancel') return `cancel job ${shortJobId(job ?? '')}? y/n`;
  const keys = KEYS.map(([key, what]) => `${key} ${what}`).join('  ');
  return filter === '' ? keys : `[${cleanText(filter)}]  esc clear  ${keys}`;
}

function renderLogPage(model: StatusModel, { job: id, scroll }: Screen, view: ScreenView): string[] {
  const { theme, width, height, banner } = view;
  const job = model.jobs.find((other) => other.id === id);
  const state = job ? theme.state[job.state](`${theme.symbol[job.state]} ${job.state}`) : '';
  const title = `${theme.strong(`log ${shortJobId(id ?? '')}`)}  ${state}  ${cleanText(job?.repo ?? '')} ${job?.sha.slice(0, 7) ?? ''}`;
  const top = [
    clipLine(title, width),
    ...(banner ? [theme.warn(fitText(`! ${cleanText(banner)}`, width, theme.ellipsis))] : []),
  ];
  const footer = `${scroll > 0 ? `${scroll} lines up  G end  ` : ''}j/k scroll  q back`;
  const room = Math.max(0, height - top.length - 1);
  const lines = renderLog(view.log, { width, height: room, scroll });
  const fill = Array<string>(Math.max(0, room - lines.length)).fill('');
  return [...top, ...lines, ...fill, theme.muted(fitText(footer, width, theme.ellipsis))].slice(0, height);
}

function renderHelp({ theme, width, height }: ScreenView): string[] {
  const keys = KEYS.map(([key, what]) => clipLine(`  ${theme.accent(key.padEnd(8))}${what}`, width));
  return [
    theme.strong(fitText('keys', width, theme.ellipsis)),
    '',
    ...keys,
    '',
    theme.muted(fitText('any key goes back', width, theme.ellipsis)),
  ].slice(0, height);
}
