import { expect } from 'chai';
import type { StatusEvent } from '../../../cli/schema.js';
import { createChangeLines } from '../../../cli/ui/status/change-lines.js';
import { applyStatusEvent, EMPTY_STATUS } from '../../../cli/ui/status/model.js';
import { NOW, sampleAgent, sampleJob, sampleMirror, sampleSummary } from '../../cli/sample-views.js';

const snapshot = (...jobs: ReturnType<typeof sampleJob>[]): StatusEvent => ({
  type: 'snapshot',
  jobs,
  agents: [],
  mirrors: [],
  summary: sampleSummary(),
});

describe('createChangeLines', () => {
  it('writes one line a change, and none for what is the same', () => {
    const lines = createChangeLines(() => NOW);
    const states = (event: StatusEvent) => lines(event).map((line) => line.split('\t').slice(1, 3));
    const [a, b] = [sampleJob(1), sampleJob(2, { state: 'failed' })];
    expect(states(snapshot(b, a))).to.deep.equal([[a.id, 'queued']]);
    expect(states({ type: 'job', job: { ...a, reason: 'other' } })).to.deep.equal([]);
    expect(states({ type: 'job', job: { ...a, state: 'running', attempt: 1 } })).to.deep.equal([[a.id, 'running']]);
    expect(states({ type: 'summary', summary: sampleSummary() })).to.deep.equal([]);
    expect(states({ type: 'job', job: { ...a, state: 'running', attempt: 2 } }), 'another attempt').to.have.length(1);
    const c = sampleJob(3, { state: 'succeeded' });
    const ended = { ...a, state: 'succeeded' as const, attempt: 2 };
    expect(states(snapshot(c, b, ended)), 'ended while the connection was lost').to.deep.equal([
      [a.id, 'succeeded'],
      [c.id, 'succeeded'],
    ]);
  });

  it('keeps each change on one line', () => {
    const [line = ''] = createChangeLines(() => NOW)({
      type: 'job',
      job: sampleJob(1, { reason: 'two\nlines\tand a tab' }),
    });
    expect(line.split('\t')).to.have.length(7);
    expect(line).to.match(/^2026-01-02T03:04:05\.000Z\t.*\ttwo lines and a tab$/);
  });
});

describe('applyStatusEvent', () => {
  it('keeps jobs newest first, in their place', () => {
    const events: StatusEvent[] = [2, 1, 3].map((number) => ({ type: 'job', job: sampleJob(number) }));
    const model = [...events, { type: 'job' as const, job: sampleJob(2, { state: 'running' }) }].reduce(
      applyStatusEvent,
      EMPTY_STATUS,
    );
    expect(model.jobs.map(({ id, state }) => [id, state])).to.deep.equal([
      [sampleJob(3).id, 'queued'],
      [sampleJob(2).id, 'running'],
      [sampleJob(1).id, 'queued'],
    ]);
  });

  it('adds, replaces and removes agents and mirrors', () => {
    const agent = sampleAgent(1);
    const mirror = sampleMirror();
    const full = [
      { type: 'agent' as const, id: agent.id, agent },
      { type: 'agent' as const, id: agent.id, agent: { ...agent, state: 'busy' as const } },
      { type: 'mirror' as const, repo: mirror.repo, mirror },
    ].reduce(applyStatusEvent, EMPTY_STATUS);
    expect([full.agents.map(({ state }) => state), full.mirrors]).to.deep.equal([['busy'], [mirror]]);
    const gone = applyStatusEvent(full, { type: 'agent', id: agent.id, agent: null });
    expect(applyStatusEvent(gone, { type: 'mirror', repo: mirror.repo, mirror: null })).to.deep.include({
      agents: [],
      mirrors: [],
    });
  });

  it('forgets ended jobs beyond the last 200, never live ones', () => {
    let model = applyStatusEvent(EMPTY_STATUS, { type: 'job', job: sampleJob(0, { state: 'running' }) });
    for (let number = 1; number <= 250; number++) {
      model = applyStatusEvent(model, { type: 'job', job: sampleJob(number, { state: 'succeeded' }) });
    }
    expect(model.jobs).to.have.length(201);
    expect(model.jobs.at(-1)?.state).to.equal('running');
  });
});
