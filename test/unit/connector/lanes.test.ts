import { expect } from 'chai';
import fc from 'fast-check';
import { createLanes } from '../../../functions/_connector/lanes.js';

const command = fc.oneof(
  { weight: 3, arbitrary: fc.record({ act: fc.constant('add' as const), key: fc.constantFrom('a', 'b', 'c', 'd') }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('take' as const) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constantFrom('finish' as const, 'wake' as const), which: fc.nat(3) }) },
);

describe('lanes', () => {
  it('hand out the oldest item of a lane, one of a lane at a time, and whatever can go', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 200 }), (commands) => {
        const lanes = createLanes<number>();
        // The model: what is in each lane, and which lanes an item was taken from.
        const model = new Map<string, number[]>();
        const taken = new Map<string, number>();
        let next = 0;
        for (const step of commands) {
          switch (step.act) {
            case 'add':
              model.set(step.key, [...(model.get(step.key) ?? []), next]);
              lanes.add(step.key, next);
              next += 1;
              break;
            case 'take': {
              const got = lanes.take();
              const free = [...model].filter(([key, lane]) => lane.length > 0 && !taken.has(key));
              if (free.length === 0) {
                expect(got).to.equal(null);
                break;
              }
              expect(free.map(([key, lane]) => ({ key, item: lane[0] }))).to.deep.include(got);
              if (got) taken.set(got.key, got.item);
              break;
            }
            case 'finish':
            case 'wake': {
              const key = [...taken.keys()][step.which];
              if (key === undefined) break;
              taken.delete(key);
              lanes[step.act](key);
              if (step.act === 'finish') model.set(key, (model.get(key) ?? []).slice(1));
            }
          }
        }
        for (const key of taken.keys()) lanes.wake(key);
        const rest: { key: string; item: number }[] = [];
        for (let got = lanes.take(); got; got = lanes.take()) {
          rest.push(got);
          lanes.finish(got.key);
        }
        for (const [key, lane] of model) {
          expect(rest.filter((one) => one.key === key).map(({ item }) => item)).to.deep.equal(lane);
        }
      }),
    );
  });

  it('lets no lane wait for ever', () => {
    const lanes = createLanes<string>();
    for (const key of ['a', 'a', 'a', 'b', 'a', 'c']) lanes.add(key, key);
    const order: string[] = [];
    for (let next = lanes.take(); next; next = lanes.take()) {
      order.push(next.key);
      lanes.finish(next.key);
    }
    expect(order.join('')).to.equal('abcaaa');
  });

  it('refuse to close what was not opened', () => {
    const lanes = createLanes<string>();
    lanes.add('a', 'x');
    expect(() => lanes.finish('a')).to.throw('nothing was taken from lane "a"');
    expect(() => lanes.wake('b')).to.throw('nothing was taken from lane "b"');
  });
});
