import { matchesAny } from '#lib/core/glob.js';
import { expect } from 'chai';
import fc from 'fast-check';

const matching = (pattern: string, names: readonly string[]): string[] =>
  names.filter((name) => matchesAny([pattern], name));

describe('glob', () => {
  it('matches within a part with one star and over parts with two', () => {
    const names = ['main', 'release/1.0', 'release/1.0/fix', 'feature', ''];
    expect(matching('*', names)).to.deep.equal(['main', 'feature', '']);
    expect(matching('**', names)).to.deep.equal(names);
    expect(matching('release/*', names)).to.deep.equal(['release/1.0']);
    expect(matching('release/**', names)).to.deep.equal(['release/1.0', 'release/1.0/fix']);
    expect(matching('**fix', names)).to.deep.equal(['release/1.0/fix']);
    expect(matching('r*e/1.0', names)).to.deep.equal(['release/1.0']);
    expect(matching('***', names)).to.deep.equal(names);
  });

  it('takes everything else literally', () => {
    expect(matching('v1.0', ['v1.0', 'v1x0'])).to.deep.equal(['v1.0']);
    for (const odd of ['a+b', 'a|b', '(a)', '[ab]', 'a?', '^a$', 'a{2}', '\\d', '\u{1f600}']) {
      expect(matching(odd, [odd, 'a', 'b', 'aab', '1'])).to.deep.equal([odd]);
    }
  });

  it('lets the last pattern that speaks of a name decide', () => {
    const patterns = ['v*', '!v0*', 'v0.9'];
    expect(['v1', 'v0.1', 'v0.9', 'main'].filter((name) => matchesAny(patterns, name))).to.deep.equal(['v1', 'v0.9']);
    expect(['main', 'wip/x'].filter((name) => matchesAny(['!wip/**'], name))).to.deep.equal(['main']);
    expect(matchesAny([], 'main')).to.equal(true);
  });

  it('agrees with a regular expression', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '*'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (source, name) => {
        const escaped = source.replace(/\./g, '\\.').replace(/\*+/g, (stars) => (stars === '*' ? '[^/]*' : '.*'));
        expect(matchesAny([source], name)).to.equal(new RegExp(`^${escaped}$`).test(name));
      }),
      { numRuns: 2000 },
    );
  });

  it('is not slowed down by many stars', () => {
    expect(matchesAny([`${'*a'.repeat(100)}b`], 'a'.repeat(255))).to.equal(false);
    expect(matchesAny([`${'**a'.repeat(100)}b`], 'a'.repeat(255))).to.equal(false);
  });
});
