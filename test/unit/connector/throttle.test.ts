import { expect } from 'chai';
import { createThrottle } from '../../../functions/_connector/throttle.js';

const MOST = 8;

describe('throttle', () => {
  it('halves with each 429, down to one', () => {
    const throttle = createThrottle();
    const limits: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      throttle.refuse(throttle.begin(), MOST, null);
      limits.push(throttle.limit(MOST));
    }
    expect(limits).to.deep.equal([4, 2, 1, 1, 1]);
  });

  it('halves once for calls that were open together', () => {
    const throttle = createThrottle();
    const marks = Array.from({ length: 8 }, () => throttle.begin());
    for (const mark of marks) throttle.refuse(mark, MOST, null);
    expect(throttle.limit(MOST)).to.equal(4);
  });

  it('comes back by one for as many successes as calls may be open', () => {
    const throttle = createThrottle();
    throttle.refuse(throttle.begin(), MOST, null);
    throttle.refuse(throttle.begin(), MOST, null);
    const limits = Array.from({ length: 40 }, () => {
      throttle.succeed();
      return throttle.limit(MOST);
    });
    expect(limits.slice(0, 6)).to.deep.equal([2, 3, 3, 3, 4, 4]);
    expect(limits.at(-1)).to.equal(MOST);
  });

  it('is quiet until the time that the last Retry-After asked for, an hour at most', () => {
    const throttle = createThrottle();
    throttle.refuse(throttle.begin(), MOST, 5000);
    throttle.refuse(throttle.begin(), MOST, 3000);
    expect(throttle.quietMs(1000)).to.equal(4000);
    expect(throttle.quietMs(6000)).to.equal(0);
    throttle.refuse(throttle.begin(), MOST, 1e12);
    expect(throttle.quietMs(0)).to.equal(3_600_000);
  });

  it('never stands still, and does not limit who was never refused', () => {
    const throttle = createThrottle();
    expect(throttle.limit(MOST)).to.equal(MOST);
    throttle.succeed();
    expect(throttle.limit(1000)).to.equal(1000);
  });
});
