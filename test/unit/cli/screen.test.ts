import { expect } from 'chai';
import { addLogText, NO_LINES, renderLog } from '../../../cli/ui/status/log-lines.js';
import { type Action, FIRST_SCREEN, filterJobs, pressKey, type Screen } from '../../../cli/ui/status/screen.js';
import { sampleJob } from '../../cli/sample-views.js';

const jobs = [
  sampleJob(3, { state: 'running' }),
  sampleJob(2, { state: 'failed' }),
  sampleJob(1, { repo: 'octocat/other' }),
];

function press(names: readonly string[], start: Screen = FIRST_SCREEN): { screen: Screen; actions: Action[] } {
  const actions: Action[] = [];
  let screen = start;
  for (const name of names) {
    const pressed = pressKey(screen, { name, ctrl: false }, filterJobs(jobs, screen.filter));
    screen = pressed.screen;
    if (pressed.action) actions.push(pressed.action);
  }
  return { screen, actions };
}

describe('keys of the live view', () => {
  it('move within the list', () => {
    expect(press(['j']).screen.selected).to.equal(jobs[0]?.id);
    expect(press(['j', 'down', 'j', 'j', 'j']).screen.selected).to.equal(jobs[2]?.id);
    expect(press(['j', 'j', 'k', 'up', 'k']).screen.selected).to.equal(jobs[0]?.id);
  });

  it('open and close logs', () => {
    const { screen, actions } = press(['j', 'return']);
    expect([screen.mode, actions]).to.deep.equal(['log', [{ type: 'open-log', job: jobs[0]?.id }]]);
    expect(press(['k', 'k', 'j', 'q'], screen).actions).to.deep.equal([{ type: 'close-log' }]);
  });

  it('cancel only after y, and retry only what has ended', () => {
    expect(press(['j', 'c', 'n']).actions).to.deep.equal([]);
    expect(press(['j', 'c', 'y']).actions).to.deep.equal([{ type: 'cancel', job: jobs[0]?.id }]);
    expect(press(['j', 'r']).actions[0]?.type).to.equal('say');
    expect(press(['j', 'j', 'r']).actions).to.deep.equal([{ type: 'retry', job: jobs[1]?.id }]);
    expect(press(['j', 'j', 'c']).actions[0]?.type).to.equal('say');
  });

  it('do nothing to a job that nobody selected', () => {
    for (const key of ['c', 'r', 'return']) expect(press([key, 'y']).actions).to.deep.equal([]);
  });

  it('filter by words', () => {
    const { screen } = press(['/', 'o', 't', 'h', 'x', 'backspace', 'q', 'backspace', 'return']);
    expect([screen.mode, screen.filter]).to.deep.equal(['table', 'oth']);
    expect(filterJobs(jobs, 'OTHER queued')).to.deep.equal([jobs[2]]);
    expect(press(['escape'], screen).screen.filter).to.equal('');
  });

  it('quit: q, and ctrl-c everywhere', () => {
    expect(press(['q']).actions).to.deep.equal([{ type: 'quit', interrupted: false }]);
    for (const mode of ['table', 'filter', 'help', 'log', 'confirm-cancel'] as const) {
      const { action } = pressKey({ ...FIRST_SCREEN, mode }, { name: 'c', ctrl: true }, jobs);
      expect(action).to.deep.equal({ type: 'quit', interrupted: true });
    }
  });
});

describe('lines of an open log', () => {
  it('come in any pieces', () => {
    const log = ['one\ntw', 'o\nthr', 'ee'].reduce(addLogText, NO_LINES);
    expect(renderLog(log, { width: 10, height: 2, scroll: 0 })).to.deep.equal(['two', 'three']);
    expect(renderLog(log, { width: 10, height: 2, scroll: 9 })).to.deep.equal(['one', 'two']);
  });

  it('keep colours and lose what moves the cursor', () => {
    const log = addLogText(NO_LINES, '50 %\r\u001b[K100 %\n\u001b[32mok\u001b[39m\u001b[2A\u001b]0;t\u0007\u0007!\n');
    expect(renderLog(log, { width: 20, height: 5, scroll: 0 })).to.deep.equal(['100 %', '\u001b[32mok\u001b[39m!']);
  });
});
