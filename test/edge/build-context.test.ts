import { expect } from 'chai';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { assembleContext, readBuilds } from '../support/build-context.js';
import { readAllBuilds, ROOT } from '../support/function/build-function.js';
import { listTree } from '../support/list-tree.js';
import { realTools } from '../support/real-tools.js';
import '../support/name-missing-tools.js';

describe('build context', () => {
  let scratch: string;
  beforeEach(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'raibid-context-'));
  });
  afterEach(() => rm(scratch, { recursive: true, force: true }));

  async function write(path: string, text: string): Promise<void> {
    await mkdir(join(scratch, path, '..'), { recursive: true });
    await writeFile(join(scratch, path), text);
  }

  async function assemble(copy: readonly string[] = []): Promise<Record<string, string>> {
    const build = { template: join(scratch, 'template/x'), handler: join(scratch, 'fn'), copy };
    await assembleContext(join(scratch, 'build/fn'), build, scratch);
    const paths = Object.keys(await listTree(join(scratch, 'build/fn')));
    const read = async (path: string) => [path, await readFile(join(scratch, 'build/fn', path), 'utf8')] as const;
    return Object.fromEntries(await Promise.all(paths.map(read)));
  }

  it('is the template, over it the function, over that what is copied', async () => {
    await write('template/x/Dockerfile', 'FROM');
    await write('template/x/function/handler.ts', 'sample');
    await write('template/x/function/package.json', 'sample');
    await write('template/x/function/extra.ts', 'sample');
    await write('fn/handler.ts', 'mine');
    await write('fn/package.json', 'mine');
    await write('package.json', 'copied');
    await write('lib/deep/a.ts', 'copied');
    expect(await assemble(['package.json', 'lib'])).to.deep.equal({
      Dockerfile: 'FROM',
      'function/extra.ts': 'sample',
      'function/handler.ts': 'mine',
      'function/lib/deep/a.ts': 'copied',
      'function/package.json': 'copied',
    });
  });

  it('leaves out build and template at the top of a function, follows links, and forgets what was there', async () => {
    await write('template/x/Dockerfile', 'FROM');
    await write('fn/build/a', '');
    await write('fn/template/a', '');
    await write('fn/deep/build/a', 'kept');
    await write('elsewhere/b', 'linked');
    await symlink('../elsewhere', join(scratch, 'fn/link'));
    await write('build/fn/old', '');
    expect(await assemble()).to.deep.equal({
      Dockerfile: 'FROM',
      'function/deep/build/a': 'kept',
      'function/link/b': 'linked',
    });
  });

  it('takes nothing from outside of the project, nor the whole of it, nor what is not there', async () => {
    await write('template/x/Dockerfile', 'FROM');
    await write('fn/handler.ts', '');
    for (const path of ['../other', '.', 'none']) {
      const outcome = await assemble([path]).then(
        () => 'assembled',
        () => 'refused',
      );
      expect(outcome, path).to.equal('refused');
    }
  });

  it('of everything here has what its Dockerfile copies', async () => {
    for (const build of await readAllBuilds()) {
      const target = join(scratch, build.name);
      await assembleContext(target, build, ROOT);
      const paths = Object.keys(await listTree(target));
      expect(paths, build.name).to.include.members([
        'Dockerfile',
        'bundle.mjs',
        'index.ts',
        'function/package.json',
        'function/package-lock.json',
        'function/functions/_lib/errors.ts',
      ]);
      // One that has none would be built as the template's sample, without a word.
      const handler = await readFile(join(target, 'function/handler.ts'), 'utf8');
      expect(handler, build.name).to.equal(await readFile(join(build.handler, 'handler.ts'), 'utf8'));
    }
  });

  const { faasCli } = realTools;
  if (faasCli !== null) {
    it("is the same tree as faas-cli's own", async () => {
      const inputs = ['functions', 'templates', 'template', 'package.json', 'package-lock.json', 'tsconfig.json'];
      for (const name of [...inputs, 'stack.yml', 'connector.yml']) {
        await cp(join(ROOT, name), join(scratch, name), { recursive: true, verbatimSymlinks: true });
      }
      for (const file of ['stack.yml', 'connector.yml']) {
        await execa(faasCli, ['build', '--shrinkwrap', '-f', file], { cwd: scratch, env: { CI: '' } });
        const builds = await readBuilds(scratch, file);
        expect(builds).to.have.lengthOf.above(0);
        for (const build of builds) {
          const own = join(scratch, 'own', build.name);
          await assembleContext(own, build, scratch);
          expect(await listTree(own), build.name).to.deep.equal(await listTree(join(scratch, 'build', build.name)));
        }
      }
    });
  }
});
