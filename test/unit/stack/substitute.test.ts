import { expect } from 'chai';
import { substitute } from '../../../cli/dev/stack/substitute.js';
import { check, SAMPLE, SAMPLE_IMAGE, textAt } from './sample-stack.js';

const ENV = { SET: 'value', EMPTY: '' };

describe('stack: substitution', () => {
  const cases: [string, string][] = [
    ['a ${SET} b', 'a value b'],
    ['${UNSET}|${EMPTY}', '|'],
    ['${UNSET:-d}|${EMPTY:-d}|${SET:-d}', 'd|d|value'],
    ['${UNSET:=d}${UNSET=e}', 'de'],
    ['${UNSET:-http://h:1/p?q=a b}', 'http://h:1/p?q=a b'],
    ['${UNSET:-}', ''],
    ['$SET and $', '$SET and $'],
    ['$$SET $${SET}', '$SET ${SET}'],
    ['a \\/ b \\\\ c \\n', 'a / b \\ c \\n'],
  ];
  for (const [source, text] of cases) {
    it(`${source} is ${text}`, () => {
      expect(substitute(source, ENV)).to.include({ text }).and.to.have.property('problems').that.is.empty;
    });
  }

  it('tells where in the source a place of the text is', () => {
    const source = 'ab ${SET} cd $$ ef';
    const { text, toSource } = substitute(source, ENV);
    for (const word of ['ab', 'cd', 'ef']) expect(toSource(text.indexOf(word))).to.equal(source.indexOf(word));
    expect(toSource(text.indexOf('value') + 3)).to.equal(source.indexOf('${'));
  });

  it('finds what makes faas-cli refuse the file', () => {
    const source = SAMPLE.replace('RAIBID_LEVEL: info', 'TEXT: "${{ it }}"');
    const [finding] = check(source);
    expect(finding?.what).to.match(/refuse the whole file/);
    expect(textAt(source, finding)).to.match(/^\$\{\{ it/);
  });

  it('finds forms that it does not follow', () => {
    const [finding] = check(SAMPLE.replace('RAIBID_LEVEL: info', 'TEXT: ${SET^^}'));
    expect(finding?.what).to.match(/no substitution/);
    expect(finding?.fix).to.match(/\$\{NAME:-default\}/);
  });

  it('finds what is no YAML, at its place', () => {
    const found = check(SAMPLE.replace('  count:\n', '  greet:\n'));
    expect(found[0]?.what).to.match(/not YAML/);
    expect(found[0]?.at.line).to.equal(32);
  });

  it('finds nothing wrong with the samples', () => {
    expect(check(SAMPLE)).to.deep.equal([]);
    expect(check(SAMPLE, { env: { IMAGES: 'ghcr.io/ada', OPENFAAS_URL: 'https://gw.example.org' } })).to.deep.equal([]);
    expect(check(SAMPLE_IMAGE, { kind: 'images' })).to.deep.equal([]);
  });

  it('checks what the variables of the shell make of the file', () => {
    const [finding] = check(SAMPLE, { env: { IMAGES: 'GHCR.io/Ada' } });
    expect(finding?.what).to.match(/"GHCR\.io\/Ada\/greet:latest" is no name/);
  });
});
