import { isTerminal } from '#lib/core/job-state.js';
import { shortRef } from '#lib/core/names.js';
import type { JobView } from '../../schema.js';
import type { Key } from '../terminal.js';
import { shortJobId } from './job-columns.js';

/** What the live view shows and waits for. */
export interface Screen {
  readonly mode: 'table' | 'filter' | 'confirm-cancel' | 'help' | 'log';
  readonly selected: string | null;
  readonly filter: string;
  /** The job whose log is open, or that the question is about. */
  readonly job: string | null;
  /** Lines that the log is scrolled up from its end. */
  readonly scroll: number;
}

export const FIRST_SCREEN: Screen = { mode: 'table', selected: null, filter: '', job: null, scroll: 0 };

export type Action =
  | { readonly type: 'quit'; readonly interrupted: boolean }
  | { readonly type: 'cancel' | 'retry' | 'open-log'; readonly job: string }
  | { readonly type: 'close-log' }
  | { readonly type: 'say'; readonly text: string };

export interface Pressed {
  readonly screen: Screen;
  readonly action: Action | null;
}

/** Keys of the table and what they do: the help page and the footer are made from this. */
export const KEYS = [
  ['j/k', 'move'],
  ['enter', 'logs'],
  ['/', 'filter'],
  ['c', 'cancel'],
  ['r', 'retry'],
  ['?', 'help'],
  ['q', 'quit'],
] as const;

export function filterJobs(jobs: readonly JobView[], filter: string): readonly JobView[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return jobs;
  return jobs.filter((job) => {
    const text = [job.id, job.repo, job.branch ?? shortRef(job.ref), job.sha, job.state, job.reason ?? '']
      .join(' ')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** What a key does. `jobs` are those that the filter lets through, as shown. */
export function pressKey(screen: Screen, key: Key, jobs: readonly JobView[]): Pressed {
  if (key.ctrl) return key.name === 'c' ? act(screen, { type: 'quit', interrupted: true }) : stay(screen);
  switch (screen.mode) {
    case 'table':
      return pressInTable(screen, key.name, jobs);
    case 'filter':
      return pressInFilter(screen, key.name);
    case 'confirm-cancel': {
      const closed: Screen = { ...screen, mode: 'table', job: null };
      const yes = key.name === 'y' && screen.job !== null;
      return yes ? act(closed, { type: 'cancel', job: screen.job }) : stay(closed);
    }
    case 'help':
      return stay({ ...screen, mode: 'table' });
    case 'log':
      return pressInLog(screen, key.name);
  }
}

function pressInTable(screen: Screen, name: string, jobs: readonly JobView[]): Pressed {
  const selected = jobs.find((job) => job.id === screen.selected) ?? null;
  switch (name) {
    case 'q':
      return act(screen, { type: 'quit', interrupted: false });
    case 'j':
    case 'down':
      return stay(move(screen, jobs, 1));
    case 'k':
    case 'up':
      return stay(move(screen, jobs, -1));
    case '/':
      return stay({ ...screen, mode: 'filter' });
    case '?':
      return stay({ ...screen, mode: 'help' });
    case 'escape':
      return stay({ ...screen, filter: '', selected: null });
    case 'return':
    case 'l':
      if (!selected) return pickFirst(screen, jobs);
      return act({ ...screen, mode: 'log', job: selected.id, scroll: 0 }, { type: 'open-log', job: selected.id });
    case 'c':
      if (!selected) return pickFirst(screen, jobs);
      if (isTerminal(selected.state)) return act(screen, { type: 'say', text: `${shortJobId(selected.id)} has ended` });
      return stay({ ...screen, mode: 'confirm-cancel', job: selected.id });
    case 'r':
      if (!selected) return pickFirst(screen, jobs);
      if (!isTerminal(selected.state)) {
        return act(screen, { type: 'say', text: `${shortJobId(selected.id)} has not ended: it can't be retried yet` });
      }
      return act(screen, { type: 'retry', job: selected.id });
    default:
      return stay(screen);
  }
}

function pressInFilter(screen: Screen, name: string): Pressed {
  if (name === 'return') return stay({ ...screen, mode: 'table' });
  if (name === 'escape') return stay({ ...screen, mode: 'table', filter: '' });
  if (name === 'backspace') return stay({ ...screen, filter: [...screen.filter].slice(0, -1).join('') });
  const typed = name === 'space' ? ' ' : name;
  return [...typed].length === 1 ? stay({ ...screen, filter: screen.filter + typed }) : stay(screen);
}

function pressInLog(screen: Screen, name: string): Pressed {
  const scrollBy = (lines: number) => stay({ ...screen, scroll: Math.max(0, screen.scroll + lines) });
  switch (name) {
    case 'q':
    case 'escape':
      return act({ ...screen, mode: 'table', job: null }, { type: 'close-log' });
    case 'k':
    case 'up':
      return scrollBy(1);
    case 'j':
    case 'down':
      return scrollBy(-1);
    case 'pageup':
      return scrollBy(20);
    case 'pagedown':
      return scrollBy(-20);
    case 'G':
    case 'end':
      return stay({ ...screen, scroll: 0 });
    default:
      return stay(screen);
  }
}

function move(screen: Screen, jobs: readonly JobView[], by: number): Screen {
  const at = jobs.findIndex((job) => job.id === screen.selected);
  const next = at === -1 ? 0 : Math.min(jobs.length - 1, Math.max(0, at + by));
  return { ...screen, selected: jobs[next]?.id ?? null };
}

/** A key that needs a job selects the first one, and does nothing yet: nobody meant a job that was not marked. */
function pickFirst(screen: Screen, jobs: readonly JobView[]): Pressed {
  return stay(move(screen, jobs, 0));
}

const stay = (screen: Screen): Pressed => ({ screen, action: null });
const act = (screen: Screen, action: Action): Pressed => ({ screen, action });
