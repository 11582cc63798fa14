import { messageOf } from '#lib/errors.js';
import { EXIT } from '../../exit-code.js';
import type { Client } from '../../client.js';
import { createLiveTable } from '../../ui/live-table.js';
import { startLive } from '../../ui/live.js';
import { applyStatusEvent, EMPTY_STATUS } from '../../ui/status/model.js';
import { renderScreen } from '../../ui/status/render-screen.js';
import { renderStatus } from '../../ui/status/render-status.js';
import { type Action, FIRST_SCREEN, filterJobs, pressKey } from '../../ui/status/screen.js';
import type { Terminal } from '../../ui/terminal.js';
import { createTheme } from '../../ui/theme.js';
import { openLogPage } from './log-page.js';

export interface WatchStatusOptions {
  readonly terminal: Terminal;
  readonly client: Pick<Client, 'followStatus' | 'followLog' | 'showJob' | 'cancelJob' | 'retryJob'>;
  readonly now: () => number;
  readonly random: () => number;
  readonly interrupt: () => AbortSignal;
}

/** The live view until somebody quits; in a pipe one line per change. */
export async function watchStatus(options: WatchStatusOptions): Promise<number> {
  return options.terminal.canPrompt ? watchOnScreen(options) : watchPlainly(options);
}

async function watchPlainly({ terminal, client, now, random, interrupt }: WatchStatusOptions): Promise<number> {
  const signal = interrupt();
  const table = createLiveTable({ terminal, title: 'raibid', now });
  try {
    await client.followStatus({
      signal,
      random,
      onEvent: table.update,
      onConnection: (problem) => {
        if (problem !== null) terminal.say(`raibid: connection lost (${problem}); trying again`);
      },
    });
  } finally {
    table.stop();
  }
  return EXIT.interrupted;
}

async function watchOnScreen({ terminal, client, now, random }: WatchStatusOptions): Promise<number> {
  const theme = createTheme(terminal);
  const done = new AbortController();
  let model = EMPTY_STATUS;
  let screen = FIRST_SCREEN;
  let problem: string | null = null;
  let answer: string | null = null;
  let exit: number = EXIT.ok;
  const refresh = () => live.refresh();
  const log = openLogPage({ client, random, onChange: refresh });
  const say = (text: string) => {
    answer = text;
    refresh();
  };
  const live = startLive({
    terminal,
    mode: 'screen',
    render: (size) => {
      const lost = problem === null ? null : `connection lost (${problem}); trying again`;
      return renderScreen(model, screen, { ...size, now: now(), theme, banner: lost ?? answer, log: log.lines() });
    },
  });
  const perform = (action: Action) => {
    switch (action.type) {
      case 'quit':
        exit = action.interrupted ? EXIT.interrupted : EXIT.ok;
        done.abort();
        break;
      case 'open-log':
        log.open(action.job);
        break;
      case 'close-log':
        log.close();
        break;
      case 'say':
        say(action.text);
        break;
      case 'cancel':
        client.cancelJob(action.job).then(
          ({ outcome }) => say(outcome),
          (error: unknown) => say(messageOf(error)),
        );
        break;
      case 'retry':
        client.retryJob(action.job).then(
          ({ id }) => say(`new job ${id}`),
          (error: unknown) => say(messageOf(error)),
        );
        break;
    }
  };
  const releaseKeys = terminal.readKeys((key) => {
    answer = null;
    const pressed = pressKey(screen, key, filterJobs(model.jobs, screen.filter));
    screen = pressed.screen;
    if (pressed.action) perform(pressed.action);
    refresh();
  });
  const ticking = setInterval(() => {
    if (model.jobs.some((job) => job.state === 'running')) refresh();
  }, 1000);
  try {
    await client.followStatus({
      signal: done.signal,
      random,
      onEvent: (event) => {
        model = applyStatusEvent(model, event);
        refresh();
      },
      onConnection: (lost) => {
        problem = lost;
        refresh();
      },
    });
  } finally {
    clearInterval(ticking);
    log.close();
    releaseKeys();
    live.stop();
  }
  const { width, height } = terminal.size();
  for (const line of renderStatus(model, { width, height: Math.max(10, height - 2), now: now(), theme }))
    terminal.print(line);
  return exit;
}
