import { includesScope, SCOPES } from '#lib/core/scope.js';
import { expect } from 'chai';

describe('scopes', () => {
  it('include those before them', () => {
    const table = SCOPES.map((held) => SCOPES.filter((needed) => includesScope(held, needed)));
    expect(table).to.deep.equal([['read'], ['read', 'write'], ['read', 'write', 'admin']]);
  });
});
