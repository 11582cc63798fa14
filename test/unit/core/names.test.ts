import * as names from '#lib/core/names.js';
import { expect } from 'chai';
import fc from 'fast-check';

const HOSTILE = [
  '',
  '.',
  '..',
  '../',
  '../../etc/passwd',
  '-',
  '-rf',
  '--upload-pack=x',
  'a b',
  'a\0b',
  'a\nb',
  'a\n',
  '\ta',
  'a;b',
  'a|b',
  'a&b',
  '$(a)',
  '`a`',
  'a"b',
  "a'b",
  'a\\b',
  'a*',
  'a?',
  'a[b]',
  'a~1',
  'a^',
  'a:b',
  'é',
  '\u202eabc',
  'a\u200b',
  '\ud83d',
  'а',
  'x'.repeat(300),
  '%2e%2e',
]; // prettier-ignore

function taken(schema: { safeParse(value: unknown): { success: boolean } }, values: readonly unknown[]): unknown[] {
  return values.filter((value) => schema.safeParse(value).success);
}

describe('names', () => {
  it('take repositories as GitHub spells them', () => {
    const good = ['o/r', 'Owner-1/repo.rs', 'o/_x', 'o/.github', '0/1', `${'o'.repeat(100)}/${'r'.repeat(100)}`];
    expect(taken(names.RepoName, good)).to.deep.equal(good);
  });

  it('take no hostile repository', () => {
    const bad = HOSTILE.flatMap((part) => [part, `o/${part}`, `${part}/r`, `o/r${part}/x`]);
    const more = [
      'o',
      'o/r/x',
      '/r',
      'o/',
      'o//r',
      'o/r.git',
      'o/r.GIT',
      'o/a..b',
      '.o/x',
      'o/-x',
      'o/.-x',
      7,
      null,
      ['o/r'],
    ];
    expect(taken(names.RepoName, [...bad, ...more])).to.deep.equal([]);
  });

  it('take refs as git does', () => {
    const good = [
      'refs/heads/main',
      'refs/heads/feature/a-b_c.d',
      'refs/tags/v1.0+x',
      'refs/heads/a@b',
      'refs/heads/#1=2,3',
    ];
    expect(taken(names.GitRef, good)).to.deep.equal(good);
  });

  it('take no hostile ref', () => {
    const bad = HOSTILE.filter((part) => part !== '').flatMap((part) => [
      part,
      `refs/${part}`,
      ...(/^[\w-]+$/.test(part) && part.length < 50
        ? []
        : [`refs/heads/${part}`, `refs/heads/a/${part}`, `refs/tags/${part}`]),
    ]);
    const more = [
      'refs/heads/',
      'refs/heads/a/',
      'refs/heads//a',
      'refs/heads/a..b',
      'refs/heads/.a',
      'refs/heads/a/.b',
      'refs/heads/a.',
    ];
    const rest = [
      'refs/heads/a.lock',
      'refs/heads/a.lock/b',
      'refs/heads/a@{b',
      'refs/heads/a/-b',
      'refs/heads/-',
      'refs/pull/1/head',
      'main',
      'HEAD',
    ];
    expect(taken(names.GitRef, [...bad, ...more, ...rest])).to.deep.equal([]);
  });

  it('take full commit ids in lower case', () => {
    const good = ['0'.repeat(40), 'a1'.repeat(32)];
    expect(taken(names.Sha, good)).to.deep.equal(good);
    expect(
      taken(names.Sha, [...HOSTILE, 'a'.repeat(39), 'a'.repeat(41), 'A'.repeat(40), 'g'.repeat(40)]),
    ).to.deep.equal([]);
    expect([names.isZeroSha('0'.repeat(40)), names.isZeroSha('0'.repeat(39) + '1')]).to.deep.equal([true, false]);
  });

  it('take ids and types of their form only', () => {
    expect(taken(names.JobId, ['01ARZ3NDEKTSV4RRFFQ69G5FAV', '01ARZ3NDEKTSV4RRFFQ69G5FAI', ...HOSTILE])).to.have.length(
      1,
    );
    expect(taken(names.DeliveryId, ['72d3162e-cc78-11e3-81ab-4c9367dc0958', 'short', ...HOSTILE])).to.have.length(1);
    expect(taken(names.AgentType, ['rust', 'rust-untrusted', 'Rust', 'a:b', 'a*', ...HOSTILE])).to.deep.equal(
      ['rust', 'rust-untrusted', 'а'].slice(0, 2),
    );
    expect(taken(names.FunctionName, ['status', 'toString', ...HOSTILE])).to.deep.equal(['status']);
  });

  it('stay what they are inside keys, paths and argument lists, whatever comes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\w./-]{1,20}$/)), (text) => {
        if (names.RepoName.safeParse(text).success) {
          expect(text).to.match(/^[\w.-]+\/[\w.-]+$/);
          expect(new URL(`file:///m/${text}`).pathname, 'a path of its own').to.equal(`/m/${text}`);
          expect(text.startsWith('-') || text.includes('/-')).to.equal(false);
        }
        const ref = `refs/heads/${text}`;
        if (names.GitRef.safeParse(ref).success)
          expect(new URL(`file:///${ref}`).pathname.split('/')).not.to.include('..');
      }),
      { numRuns: 500 },
    );
  });

  it('have a short form', () => {
    expect(['refs/heads/a/b', 'refs/tags/v1', 'refs/heads/refs/heads/x'].map(names.shortRef)).to.deep.equal([
      'a/b',
      'v1',
      'refs/heads/x',
    ]);
    expect([
      names.isBranch('refs/heads/a'),
      names.isBranch('refs/tags/a'),
      names.isTag('refs/tags/a'),
      names.isTag('x'),
    ]).to.deep.equal([true, false, true, false]);
  });
});
