import { expect } from 'chai';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { readPipeline } from '#lib/core/pipeline.js';
import { findBadCommand } from './find-bad-command.js';
import { listAnchors, listCommandLines, listLinks, readPage, readPages, ROOT, type Page } from './read-pages.js';

describe('documentation', () => {
  let pages: readonly Page[];
  before(async () => {
    pages = await readPages();
  });

  it('is there', () => {
    expect(pages.map(({ path }) => path)).to.include.members(['README.md', 'CONTRIBUTING.md', 'docs/README.md']);
  });

  it('has links that lead somewhere', async () => {
    const broken: string[] = [];
    for (const page of pages) {
      for (const link of listLinks(page)) if (!(await leadsSomewhere(page, link))) broken.push(`${page.path}: ${link}`);
    }
    expect(broken).to.deep.equal([]);
  });

  async function leadsSomewhere(page: Page, link: string): Promise<boolean> {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page.path : normalize(join(dirname(page.path), path));
    const exists = await stat(join(ROOT, target)).then(
      () => true,
      () => false,
    );
    if (!exists || anchor === undefined) return exists;
    const linked = pages.find((other) => other.path === target);
    return linked !== undefined && listAnchors(linked).includes(anchor);
  }

  it('names commands, options and scripts that there are', async () => {
    const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
    const named = pages.flatMap((page) => listCommandLines(page).map((line) => ({ path: page.path, line })));
    const bad = named.flatMap(({ path, line }) => {
      const problem = findBadCommand(line, Object.keys(scripts));
      return problem === null ? [] : [`${path}: ${line}: ${problem}`];
    });
    expect(bad).to.deep.equal([]);
    expect(named.filter(({ line }) => line.startsWith('raibid '))).to.have.lengthOf.above(30);
  });

  it('shows pipelines that are read', () => {
    const examples = pages.flatMap(({ blocks }) => blocks.filter(({ language }) => language === 'yaml'));
    expect(examples).to.have.lengthOf.above(0);
    for (const { text } of examples) expect(readPipeline(text)).to.have.property('ok', true);
  });
});

describe('the test of the documentation', () => {
  it('finds links, anchors and command lines', () => {
    const page = readPage(
      'a.md',
      '# One `.two` Three, four\n[x](b.md#c) `[no](link)` [w](https://e.org)\n```sh\nraibid up # runs\n```\n`npm test`\n```console\n$ raibid status\nraibid out\n```\n',
    );
    expect(listLinks(page)).to.deep.equal(['b.md#c']);
    expect(listAnchors(page)).to.deep.equal(['one-two-three-four']);
    expect(listCommandLines(page)).to.have.members([
      'raibid up',
      'raibid status',
      '.two',
      '[no](link)',
      'npm test',
      '',
    ]);
  });

  it('tells what is wrong with a command line', () => {
    const check = (line: string) => findBadCommand(line, ['demo']);
    expect(check('raibid jobs list --state failed')).to.equal(null);
    expect(check('RAIBID_URL=x raibid status --watch')).to.equal(null);
    expect(check('npm run -s raibid -- up --port 0')).to.equal('no script raibid');
    expect(check('raibid jobs fly')).to.equal('no command fly');
    expect(check('raibid up --fast')).to.equal('no option --fast');
    expect(check('raibid jobs list -f')).to.equal('no option -f');
    expect(check('npm run demo')).to.equal(null);
    expect(check('npm run nothing')).to.equal('no script nothing');
    expect(check('the raibid way')).to.equal(null);
  });
});
