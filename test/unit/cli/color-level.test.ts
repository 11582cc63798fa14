import { expect } from 'chai';
import { decideColorLevel, decideUnicode } from '../../../cli/ui/color-level.js';

describe('decideColorLevel', () => {
  const cases: readonly [string, Parameters<typeof decideColorLevel>[0], number][] = [
    ['--no-color before all', { flag: false, isTTY: true, env: { FORCE_COLOR: '3' } }, 0],
    ['NO_COLOR before FORCE_COLOR', { flag: true, isTTY: true, env: { NO_COLOR: '1', FORCE_COLOR: '3' } }, 0],
    ['an empty NO_COLOR says nothing', { flag: true, isTTY: true, env: { NO_COLOR: '', TERM: 'xterm' } }, 1],
    ['FORCE_COLOR in a pipe', { flag: true, isTTY: false, env: { FORCE_COLOR: '1' } }, 1],
    ['FORCE_COLOR=0 on a terminal', { flag: true, isTTY: true, env: { FORCE_COLOR: '0' } }, 0],
    ['a pipe', { flag: true, isTTY: false, env: { TERM: 'xterm-256color' } }, 0],
    ['TERM=dumb', { flag: true, isTTY: true, env: { TERM: 'dumb', COLORTERM: 'truecolor' } }, 0],
    ['256 colours', { flag: true, isTTY: true, env: { TERM: 'xterm-256color' } }, 2],
    ['true colour', { flag: true, isTTY: true, env: { TERM: 'xterm', COLORTERM: 'truecolor' } }, 3],
  ];
  for (const [what, inputs, level] of cases) {
    it(what, () => expect(decideColorLevel(inputs)).to.equal(level));
  }

  it('draws ASCII where the locale wants it', () => {
    expect(decideUnicode({ LANG: 'C' })).to.equal(false);
    expect(decideUnicode({ LC_ALL: 'C', LANG: 'en_US.UTF-8' })).to.equal(false);
    expect(decideUnicode({ LANG: 'de_DE.utf8' })).to.equal(true);
    expect(decideUnicode({})).to.equal(true);
  });
});
