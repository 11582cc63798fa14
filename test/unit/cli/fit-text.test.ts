import { expect } from 'chai';
import fc from 'fast-check';
import { formatAge, formatDuration, formatSpan } from '../../../cli/ui/age.js';
import { cleanText, clipLine, fitText, measureText, padText } from '../../../cli/ui/fit-text.js';

describe('fitText and its neighbours', () => {
  it('cuts between what people see as characters', () => {
    expect(fitText('hello world', 8, '…')).to.equal('hello w…');
    expect(fitText('日本語日本語', 6, '…')).to.equal('日本…');
    expect(fitText('👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 3, '…')).to.equal('👩‍👩‍👧‍👦…');
  });

  it('never exceeds the width, padded or not', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, width) => {
        const fitted = fitText(cleanText(text), width, '…');
        expect(measureText(fitted)).to.be.at.most(width);
        expect(measureText(padText(fitted, width))).to.equal(width);
      }),
    );
  });

  it('cuts lines with colours and ends the colours', () => {
    expect(clipLine('\u001b[31mredder\u001b[39m', 3)).to.equal('\u001b[31mred\u001b[0m');
    expect(clipLine('plain', 3)).to.equal('pla');
  });

  it('takes away what could write elsewhere', () => {
    expect(cleanText('a\u001b[2Jb\tc\nd\u202ee')).to.equal('ab c de');
  });
});

describe('ages', () => {
  it('are short', () => {
    const ago = (ms: number) => formatAge(new Date(1_000_000_000 - ms).toISOString(), 1_000_000_000);
    expect([ago(0), ago(42_000), ago(185_000), ago(7_200_000), ago(432_000_000)]).to.deep.equal([
      'now',
      '42s',
      '3m',
      '2h',
      '5d',
    ]);
    expect(formatAge(null, 0)).to.equal('');
    expect(ago(-5000), 'a clock that is ahead').to.equal('now');
  });

  it('of running and ended jobs', () => {
    expect([
      formatSpan(59_999),
      formatSpan(185_000),
      formatSpan(600_000),
      formatSpan(7_800_000),
      formatSpan(-1),
    ]).to.deep.equal(['59s', '3m05s', '10m', '2h10m', '0s']);
    expect([formatDuration(440), formatDuration(12_340), formatDuration(65_000)]).to.deep.equal([
      '0.4s',
      '12.3s',
      '1m05s',
    ]);
  });
});
