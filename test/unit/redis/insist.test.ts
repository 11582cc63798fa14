import { expect } from 'chai';
import sinon from 'sinon';
import { insist } from '#lib/redis/insist.js';

const AWAY = new Error('Connection is closed.');

describe('insist', () => {
  it('ends with the answer once Redis is back, and tells of each try that failed', async () => {
    const work = sinon.stub<[], Promise<number>>();
    work.onFirstCall().rejects(AWAY).onSecondCall().rejects(AWAY).onThirdCall().resolves(7);
    const onProblem = sinon.spy();
    expect(await insist(work, { onProblem })).to.equal(7);
    sinon.assert.calledThrice(work);
    sinon.assert.alwaysCalledWithExactly(onProblem, AWAY);
    sinon.assert.calledTwice(onProblem);
  });

  it('does not repeat what goes wrong for another reason', async () => {
    const wrong = Object.assign(new Error('WRONGTYPE'), { name: 'ReplyError' });
    const work = sinon.stub<[], Promise<never>>().rejects(wrong);
    expect(await insist(work).catch((error: unknown) => error)).to.equal(wrong);
    sinon.assert.calledOnce(work);
  });

  it('stops when the signal comes', async () => {
    const stop = new AbortController();
    const work = sinon.stub<[], Promise<never>>().callsFake(() => {
      stop.abort();
      return Promise.reject(AWAY);
    });
    const failure: unknown = await insist(work, { signal: stop.signal }).catch((error: unknown) => error);
    expect(failure).to.have.property('name', 'AbortError');
    sinon.assert.calledOnce(work);
  });
});
