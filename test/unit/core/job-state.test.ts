import {
  ARROWS,
  canMove,
  drawStateDiagram,
  INITIAL_STATES,
  isTerminal,
  JOB_STATES,
  TERMINAL_STATES,
} from '#lib/core/job-state.js';
import { expect } from 'chai';

describe('job states', () => {
  it('reach each state from the initial ones, and an end from each', () => {
    const reach = (from: readonly string[]): Set<string> => {
      const seen = new Set(from);
      for (const state of seen) for (const to of ARROWS[state as keyof typeof ARROWS]) seen.add(to);
      return seen;
    };
    expect([...reach(INITIAL_STATES)].sort()).to.deep.equal([...JOB_STATES].sort());
    for (const state of JOB_STATES) {
      expect(
        [...reach([state])].some((to) => TERMINAL_STATES.some((end) => end === to)),
        state,
      ).to.equal(true);
    }
  });

  it('end for good', () => {
    expect(TERMINAL_STATES).to.deep.equal(['succeeded', 'failed', 'cancelled', 'errored']);
    for (const from of TERMINAL_STATES) for (const to of JOB_STATES) expect(canMove(from, to)).to.equal(false);
    expect(isTerminal('running')).to.equal(false);
  });

  it('are cancelled from every state that has not ended, and started from ready only', () => {
    for (const state of JOB_STATES) {
      expect(canMove(state, 'cancelled')).to.equal(!isTerminal(state));
      expect(canMove(state, 'running')).to.equal(state === 'ready');
    }
  });

  it('are drawn with every arrow', () => {
    const drawn = drawStateDiagram()
      .split('\n')
      .filter((line) => line.includes('-->'));
    const arrows = JOB_STATES.flatMap((from) => ARROWS[from].map((to) => `    ${from} --> ${to}`));
    const ends = [
      ...INITIAL_STATES.map((state) => `    [*] --> ${state}`),
      ...TERMINAL_STATES.map((s) => `    ${s} --> [*]`),
    ];
    expect(drawn.sort()).to.deep.equal([...arrows, ...ends].sort());
  });
});
