import { backoffInvocation } from '#lib/core/retry-policy.js';
import type { Tries } from '#lib/redis/inbox.js';
import { expect } from 'chai';
import { countTry, isSpent, MAX_AGE_MS } from '../../../functions/_connector/give-up.js';
import type { Answer } from '../../../functions/_connector/judge-answer.js';

const answer: Answer = {
  kind: 'answered',
  status: 500,
  code: 'internal',
  retryAfterMs: null,
  internal: false,
  excerpt: 'oh',
};
const backoff = (calls: number) => backoffInvocation(calls, () => 0);

function count(
  before: Tries | null,
  { counted = true, retryAfterMs = null }: { counted?: boolean; retryAfterMs?: number | null } = {},
  now = 1000,
): Tries {
  return countTry({ before, answer, verdict: { kind: 'again', counted, retryAfterMs }, now, backoff });
}

describe('countTry', () => {
  it('doubles the wait with every call and keeps the time of the first', () => {
    const first = count(null);
    expect(first).to.deep.equal({ tries: 1, calls: 1, firstAt: 1000, nextAt: 1200, why: '500 internal oh' });
    const second = count(first, {}, 2000);
    expect(second).to.include({ tries: 2, calls: 2, firstAt: 1000, nextAt: 2400 });
    expect(count(second, { counted: false }, 3000)).to.include({ tries: 2, calls: 3, nextAt: 3800 });
  });

  it('takes Retry-After at its word when the try does not count', () => {
    const often = { tries: 0, calls: 20, firstAt: 0, nextAt: 0, why: '' };
    expect(count(often, { counted: false, retryAfterMs: 1000 })).to.include({ nextAt: 2000 });
    expect(count(often, { counted: false, retryAfterMs: 0 })).to.include({ nextAt: 61_000 });
  });

  it('waits for the longer of both when the try counts, an hour at most', () => {
    expect(count(null, { retryAfterMs: 5000 })).to.include({ nextAt: 6000 });
    expect(count(null, { retryAfterMs: 100 })).to.include({ nextAt: 1200 });
    expect(count(null, { retryAfterMs: 1e9 })).to.include({ nextAt: 1000 + 3_600_000 });
  });
});

describe('isSpent', () => {
  it('gives up after 8 counted tries', () => {
    let tries: Tries | null = null;
    const spent: boolean[] = [];
    for (let i = 0; i < 8; i += 1) {
      tries = count(tries);
      spent.push(isSpent(tries, 1000));
    }
    expect(spent).to.deep.equal([...Array<boolean>(7).fill(false), true]);
  });

  it('gives up after a day, whatever was counted', () => {
    const tries = count(null, { counted: false });
    expect(isSpent(tries, 1000 + MAX_AGE_MS - 1)).to.equal(false);
    expect(isSpent(tries, 1000 + MAX_AGE_MS)).to.equal(true);
  });
});
