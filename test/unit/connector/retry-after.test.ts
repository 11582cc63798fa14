import { expect } from 'chai';
import { readRetryAfter } from '../../../functions/_connector/retry-after.js';

describe('readRetryAfter', () => {
  const now = Date.UTC(2030, 0, 1);

  for (const [header, wait] of [
    [undefined, null],
    ['0', 0],
    ['120', 120_000],
    ['Tue, 01 Jan 2030 00:00:05 GMT', 5000],
    ['Mon, 31 Dec 2029 00:00:00 GMT', 0],
    ['soon', null],
    ['', null],
  ] as const) {
    it(`reads ${JSON.stringify(header)} as ${wait}`, () => {
      expect(readRetryAfter(header, now)).to.equal(wait);
    });
  }
});
