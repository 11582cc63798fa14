import { expect } from 'chai';
import { createHand } from '../../../functions/_connector/hand.js';

const entry = (n: number, size: number) => ({ id: `${n}-0`, partitionKey: '', fields: new Map(), size });

describe('hand', () => {
  it('takes an entry once, and knows the oldest', () => {
    const hand = createHand<string>(10);
    expect(hand.take(entry(7, 1), 'a')).to.equal(true);
    expect(hand.take(entry(5, 1), 'b')).to.equal(true);
    expect(hand.take(entry(7, 1), 'c')).to.equal(false);
    expect(hand.items()).to.deep.equal(['a', 'b']);
    expect(hand.oldest()).to.equal(5);
    hand.drop(entry(5, 1));
    hand.drop(entry(5, 1));
    expect(hand.ids()).to.deep.equal(['7-0']);
  });

  it('is full by number', () => {
    const hand = createHand<string>(2);
    hand.take(entry(1, 1), 'a');
    expect(hand.wanted()).to.equal(1);
    hand.take(entry(2, 1), 'b');
    expect(hand.wanted()).to.equal(0);
  });

  it('is full by bytes, and asks for as many as will fit by what it has seen', () => {
    const hand = createHand<string>(1000, 1000);
    expect(hand.wanted()).to.equal(1);
    for (let n = 0; n < 200; n += 1) {
      hand.take(entry(n, 10), 'small');
      hand.drop(entry(n, 10));
    }
    expect(hand.wanted()).to.be.within(50, 100);
    hand.take(entry(1000, 990), 'large');
    expect(hand.wanted()).to.equal(1);
    hand.take(entry(1001, 990), 'large');
    expect(hand.wanted()).to.equal(0);
    hand.drop(entry(1000, 990));
    expect(hand.wanted()).to.equal(1);
  });
});
