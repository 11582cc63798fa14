import { expect } from 'chai';
import { createHoldings } from '../../../functions/_connector/holdings.js';

describe('holdings', () => {
  it('give up one inbox at a time', () => {
    let time = 0;
    const holdings = createHoldings({ everyMs: 100, now: () => time });
    holdings.take();
    holdings.take();
    expect(holdings.count()).to.equal(2);
    expect([holdings.mayGive(), holdings.mayGive()]).to.deep.equal([true, false]);
    holdings.leave();
    time = 99;
    expect(holdings.mayGive()).to.equal(false);
    time = 100;
    expect(holdings.mayGive()).to.equal(true);
    expect(holdings.count()).to.equal(1);
  });
});
