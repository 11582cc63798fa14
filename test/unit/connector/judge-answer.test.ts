import { expect } from 'chai';
import fc from 'fast-check';
import { type Answer, describeAnswer, judgeAnswer } from '../../../functions/_connector/judge-answer.js';

function answered(status: number, code: string | null = null, retryAfterMs: number | null = null): Answer {
  return { kind: 'answered', status, code, retryAfterMs, internal: false, excerpt: 'text' };
}

const again = (counted: boolean, retryAfterMs: number | null = null) => ({ kind: 'again', counted, retryAfterMs });

describe('judgeAnswer', () => {
  it('takes every 2xx as done', () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 299 }), (status) => {
        expect(judgeAnswer(answered(status), true)).to.deep.equal({ kind: 'done' });
      }),
    );
  });

  for (const status of [400, 413, 415, 422]) {
    it(`gives up at once on ${status}, whoever says it`, () => {
      expect(judgeAnswer(answered(status), true)).to.deep.equal({ kind: 'dead' });
      expect(judgeAnswer(answered(status, 'payload-invalid'), true)).to.deep.equal({ kind: 'dead' });
    });
  }

  for (const status of [401, 403, 404, 425, 429]) {
    it(`does not count ${status}`, () => {
      expect(judgeAnswer(answered(status, null, 1000), true)).to.deep.equal(again(false, 1000));
      expect(judgeAnswer(answered(status, 'mirror-busy'), true)).to.deep.equal(again(false));
    });
  }

  for (const status of [500, 502, 503, 504]) {
    it(`counts ${status} when it is ours, not when it is the gateway's`, () => {
      expect(judgeAnswer(answered(status, 'internal'), true)).to.deep.equal(again(true));
      expect(judgeAnswer(answered(status), true)).to.deep.equal(again(false));
    });
  }

  it('does not count that Redis is away', () => {
    expect(judgeAnswer(answered(503, 'redis-unavailable', 2000), true)).to.deep.equal(again(false, 2000));
  });

  for (const status of [301, 405, 408, 409, 410]) {
    it(`counts ${status}`, () => {
      expect(judgeAnswer(answered(status), true)).to.deep.equal(again(true));
    });
  }

  it('counts late and broken calls, not those that were never made', () => {
    expect(judgeAnswer({ kind: 'late', afterMs: 5 }, true)).to.deep.equal(again(true));
    expect(judgeAnswer({ kind: 'broken', problem: 'socket hang up' }, true)).to.deep.equal(again(true));
    expect(judgeAnswer({ kind: 'unreachable', problem: 'ECONNREFUSED' }, true)).to.deep.equal(again(false));
  });
});

describe("judgeAnswer for somebody else's function", () => {
  const judge = (status: number, internal = false) => judgeAnswer({ ...answered(status), internal } as Answer, false);

  for (const status of [500, 501, 504, 505]) {
    it(`counts its ${status}, though it carries no code`, () => {
      expect(judge(status)).to.deep.equal(again(true));
    });
  }

  for (const status of [502, 503]) {
    it(`does not count ${status}: there is no function to reach`, () => {
      expect(judge(status)).to.deep.equal(again(false));
    });
  }

  it('does not count what gateway or watchdog call their own, but that it was too slow', () => {
    expect(judge(500, true)).to.deep.equal(again(false));
    expect(judge(504, true)).to.deep.equal(again(true));
    expect(judge(429, true)).to.deep.equal(again(false));
  });

  it('gives up and is done as for ours', () => {
    expect(judge(204)).to.deep.equal({ kind: 'done' });
    expect(judge(422)).to.deep.equal({ kind: 'dead' });
  });
});

describe('describeAnswer', () => {
  it('names status, code and what was said', () => {
    expect(describeAnswer(answered(422, 'payload-invalid'))).to.equal('422 payload-invalid text');
    expect(describeAnswer({ ...answered(502), excerpt: '' } as Answer)).to.equal('502');
    expect(describeAnswer({ kind: 'late', afterMs: 30 })).to.equal('no answer within 30 ms');
    expect(describeAnswer({ kind: 'unreachable', problem: 'refused' })).to.equal('no connection: refused');
    expect(describeAnswer({ kind: 'broken', problem: 'reset' })).to.equal('the connection broke: reset');
  });
});
