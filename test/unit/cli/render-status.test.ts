import { expect } from 'chai';
import fc from 'fast-check';
import { stripVTControlCharacters } from 'node:util';
import { JOB_STATES } from '#lib/core/job-state.js';
import { measureText } from '../../../cli/ui/fit-text.js';
import { applyStatusEvent, EMPTY_STATUS, type StatusModel } from '../../../cli/ui/status/model.js';
import { renderStatus } from '../../../cli/ui/status/render-status.js';
import { createTheme } from '../../../cli/ui/theme.js';
import { NOW, sampleAgent, sampleJob, sampleMirror, sampleSummary } from '../../cli/sample-views.js';

const plain = createTheme({ colorLevel: 0, unicode: true });
const colored = createTheme({ colorLevel: 3, unicode: true });

const model: StatusModel = applyStatusEvent(EMPTY_STATUS, {
  type: 'snapshot',
  jobs: [
    sampleJob(1, { state: 'succeeded', durationMs: 12_340, finishedAt: new Date(NOW).toISOString(), message: 'done' }),
    sampleJob(2, { state: 'running', attempt: 1, startedAt: new Date(NOW - 65_000).toISOString() }),
    sampleJob(3, { reason: 'waits for a slot' }),
  ],
  agents: [sampleAgent(7, { state: 'busy', job: sampleJob(2).id })],
  mirrors: [sampleMirror()],
  summary: sampleSummary(),
});

describe('renderStatus', () => {
  it('shows jobs, agents and mirrors', () => {
    const lines = renderStatus(model, { width: 100, height: 40, now: NOW, theme: plain });
    expect(lines[0]).to.equal('raibid  1 running · 1 waiting · 3 succeeded');
    expect(lines[2]).to.match(/^STATE +JOB +REPO +BRANCH +COMMIT +AGE +TIME +REASON$/);
    expect(lines[3]).to.match(/^○ queued +0003AB +octocat\/hello-world +main +aaaaaaa +1m +waits for a slot$/);
    expect(lines[4]).to.match(/^● running .* 1m05s {2}Say hello$/);
    expect(lines[5]).to.match(/^✓ succeeded .* 12\.3s {2}done$/);
    expect(lines.join('\n')).to.include('agents  1 busy · 1 idle · slots: rust 2').and.to.include('mirrors');
  });

  it('gives up details before ids, and never the state or the time', () => {
    const at = (width: number) => renderStatus(model, { width, height: 40, now: NOW, theme: plain });
    expect(at(120).join('\n')).to.include('waits for a slot');
    expect(at(40)[2]).to.match(/^STATE +JOB +REPO.*TIME$/);
    expect(at(20).find((line) => line.startsWith('●'))).to.match(/^● running .*1m05s$/);
  });

  it('leaves counts out of the first line whole', () => {
    const [first] = renderStatus(model, { width: 38, height: 40, now: NOW, theme: plain });
    expect(first).to.equal('raibid  1 running · 1 waiting');
  });

  it('says the same with and without colour', () => {
    for (const width of [40, 80, 120]) {
      const view = { width, height: 30, now: NOW, footer: 'q quit', selected: sampleJob(2).id };
      const bare = renderStatus(model, { ...view, theme: colored }).map(stripVTControlCharacters);
      expect(bare).to.deep.equal(renderStatus(model, { ...view, theme: plain }));
    }
  });

  it('keeps columns in line with wide, composed and new characters', () => {
    const repos = ['octocat/plain', '鹿児島/日本語', 'a/👩‍👩‍👧‍👦x', 'b/🫠🫡', 'c/e\u0301e\u0301'];
    const jobs = repos.map((repo, number) => sampleJob(number, { repo, branch: 'here' }));
    const lines = renderStatus(
      { ...model, jobs, agents: [], mirrors: [] },
      { width: 120, height: 40, now: NOW, theme: plain },
    );
    const columns = lines
      .filter((line) => line.includes(' here '))
      .map((line) => measureText(line.slice(0, line.indexOf(' here '))));
    expect(columns).to.have.length(repos.length);
    expect(new Set(columns).size).to.equal(1);
  });

  it('puts nothing of a stranger on the screen but letters', () => {
    const jobs = [sampleJob(1, { reason: 'evil\u001b]0;title\u0007\u001b[2J\r\n\u202etxt', repo: 'a/\u001b[31mb' })];
    const text = renderStatus({ ...model, jobs }, { width: 200, height: 40, now: NOW, theme: plain }).join('');
    expect(text).not.to.match(/[\u0000-\u001f\u202e]/);
  });

  it('collapses ended jobs when rows run out', () => {
    const jobs = Array.from({ length: 40 }, (_, number) =>
      sampleJob(number, { state: number === 2 ? 'running' : 'succeeded', attempt: 1 }),
    );
    const busy = jobs.reduce((model, job) => applyStatusEvent(model, { type: 'job', job }), EMPTY_STATUS);
    const lines = renderStatus(busy, { width: 80, height: 12, now: NOW, theme: plain });
    expect(lines).to.have.length(12);
    expect(lines.some((line) => line.startsWith('● running'))).to.equal(true);
    expect(lines.at(-1)).to.equal('… 32 more ended');
  });

  it('tells a pause and a lost connection', () => {
    const summary = sampleSummary({ paused: true, draining: true });
    const lines = renderStatus(
      { ...model, summary },
      { width: 80, height: 20, now: NOW, theme: plain, banner: 'connection lost' },
    );
    expect(lines[0]).to.include('PAUSED  DRAINING');
    expect(lines[1]).to.equal('! connection lost');
  });

  it('fits any size with any content', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 });
    const job = fc.record({
      state: fc.constantFrom(...JOB_STATES),
      repo: text,
      branch: fc.option(text),
      reason: fc.option(text),
      message: text,
      attempt: fc.nat(300),
    });
    fc.assert(
      fc.property(
        fc.array(job, { maxLength: 30 }),
        fc.array(text, { maxLength: 12 }),
        fc.integer({ min: 1, max: 160 }),
        fc.integer({ min: 1, max: 50 }),
        fc.option(text),
        fc.boolean(),
        (changes, names, width, height, words, live) => {
          const jobs = changes.map((change, number) => sampleJob(number, change));
          const agents = names.map((host, number) => sampleAgent(number, { host }));
          const mirrors = names.map((repo) => sampleMirror({ repo, problem: repo }));
          const theme = createTheme({ colorLevel: live ? 3 : 0, unicode: live });
          const view = {
            width,
            height,
            now: NOW,
            theme,
            banner: words,
            footer: words,
            selected: live ? (jobs.at(-1)?.id ?? '') : null,
          };
          const lines = renderStatus({ jobs, agents, mirrors, summary: sampleSummary(), depths: [1, 5, 2] }, view);
          expect(lines.length).to.be.at.most(height).and.at.least(1);
          for (const line of lines) expect(measureText(line), line).to.be.at.most(width);
        },
      ),
      { numRuns: 120 },
    );
  });
});
