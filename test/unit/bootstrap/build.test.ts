import { expect } from 'chai';
import { mkdirSync, readFileSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { buildPrograms, findBuildProblem } from '../../../cli/bootstrap/build.mjs';
import { useTempTree } from './temp-tree.js';

const BUNDLE = `
import { mkdirSync, writeFileSync } from 'node:fs';
mkdirSync('dist/cli', { recursive: true });
writeFileSync('dist/cli/main.mjs', '');
writeFileSync('dist/agent.mjs', '');
`;

describe('bootstrap: build', () => {
  const tree = useTempTree();
  const problem = () => findBuildProblem(tree.path());

  beforeEach(async () => {
    tree.write('templates/typescript/bundle.mjs', BUNDLE);
    tree.write('package.json', '{}');
    tree.write('functions/_lib/redis/commands/create-job.lua', '--');
    tree.write('cli/main.ts', '1');
    mkdirSync(tree.path('functions/status'));
    expect(problem()).to.equal('not built yet');
    await buildPrograms(tree.path());
    expect(problem()).to.equal(null);
  });

  it('is wanted when a program is gone', () => {
    rmSync(tree.path('dist/agent.mjs'));
    expect(problem()).to.equal('not built yet');
  });

  it('is wanted when a source is changed, added, removed or renamed', async () => {
    const changes = [
      () => tree.write('cli/main.ts', '22'),
      () => tree.write('functions/status/handler.ts', ''),
      () => renameSync(tree.path('functions/status/handler.ts'), tree.path('functions/status/routes.ts')),
      () => rmSync(tree.path('functions/status/routes.ts')),
      () => tree.write('functions/_lib/redis/commands/create-job.lua', '-- more'),
      () => tree.write('package.json', '{ }'),
    ];
    for (const change of changes) {
      change();
      expect(problem(), String(change)).to.equal('sources changed');
      await buildPrograms(tree.path());
      expect(problem()).to.equal(null);
    }
  });

  it('is wanted when an older source is put in place', () => {
    utimesSync(tree.path('cli/main.ts'), 1_000_000, 1_000_000);
    expect(problem()).to.equal('sources changed');
  });

  it('is not wanted for what no program contains', () => {
    tree.write('cli/main.ts.swp', '');
    tree.write('cli/.hidden.ts', '');
    tree.write('functions/status/README.md', '');
    tree.write('test/unit/x.test.ts', '');
    expect(problem()).to.equal(null);
  });

  it('shows what the bundler said when it fails, and is still wanted', async () => {
    tree.write('templates/typescript/bundle.mjs', 'console.error("no such file"); process.exitCode = 1;');
    const error: unknown = await buildPrograms(tree.path()).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(Error).with.property('exitCode', 1);
    expect(String(error)).to.include('no such file\nthe build failed');
    expect(problem()).to.equal('sources changed');
    expect(readFileSync(tree.path('dist/.built-from'), 'utf8')).to.match(/^[0-9a-f]{64}$/);
  });
});
