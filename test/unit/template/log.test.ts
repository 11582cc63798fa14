import { expect } from 'chai';
import { describe as describeThrown } from '../../../templates/typescript/runtime/log.js';

describe('what was thrown, for the log', () => {
  it('is told although it is its own cause', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(describeThrown(error))).to.include('round');
  });

  it('is told although it has no text', () => {
    expect(describeThrown(Object.create(null))).to.deep.equal({ error: 'something without a text' });
  });
});
