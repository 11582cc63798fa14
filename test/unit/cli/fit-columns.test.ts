import { expect } from 'chai';
import fc from 'fast-check';
import { fitColumns } from '../../../cli/ui/fit-columns.js';

const total = (widths: readonly number[]) => {
  const shown = widths.filter((width) => width > 0);
  return shown.reduce((sum, width) => sum + width, 0) + 2 * Math.max(0, shown.length - 1);
};

describe('fitColumns', () => {
  const columns = [
    { wanted: 10, least: 10, yields: 0 },
    { wanted: 20, least: 5, yields: 2 },
    { wanted: 30, least: 8, yields: 1 },
  ];

  it('leaves what fits alone', () => {
    expect(fitColumns(columns, 64, 2)).to.deep.equal([10, 20, 30]);
  });

  it('shortens details first, then ids, then leaves them out in that order', () => {
    expect(fitColumns(columns, 50, 2)).to.deep.equal([10, 20, 16]);
    expect(fitColumns(columns, 40, 2)).to.deep.equal([10, 18, 8]);
    expect(fitColumns(columns, 24, 2)).to.deep.equal([10, 12, 0]);
    expect(fitColumns(columns, 12, 2)).to.deep.equal([10, 0, 0]);
  });

  it('fits whenever what never yields fits', () => {
    const column = fc.record({
      wanted: fc.nat(60),
      least: fc.integer({ min: 1, max: 10 }),
      yields: fc.integer({ min: 0, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(column, { maxLength: 8 }), fc.nat(150), (columns, width) => {
        const widths = fitColumns(columns, width, 2);
        const fixed = total(columns.map(({ wanted, yields }) => (yields === 0 ? wanted : 0)));
        expect(total(widths)).to.be.at.most(Math.max(width, fixed));
        for (const [index, { wanted, yields }] of columns.entries()) {
          expect(widths[index]).to.be.at.most(wanted);
          if (yields === 0) expect(widths[index]).to.equal(wanted);
        }
      }),
    );
  });
});
