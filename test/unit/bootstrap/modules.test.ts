import { expect } from 'chai';
import { findModulesProblem } from '../../../cli/bootstrap/modules.mjs';
import { useTempTree } from './temp-tree.js';

describe('bootstrap: node modules', () => {
  const tree = useTempTree();
  const own = { name: 'x', version: '1.0.0' };
  const express = { version: '5.3.0', integrity: 'sha512-a' };
  const lock = (file: string, packages: object) => tree.write(file, JSON.stringify({ lockfileVersion: 3, packages }));
  const judge = (wanted: object, installed: object) => {
    lock('package-lock.json', { '': own, ...wanted });
    lock('node_modules/.package-lock.json', installed);
    return findModulesProblem(tree.path());
  };

  it('asks for them when there are none', () => {
    lock('package-lock.json', {});
    expect(findModulesProblem(tree.path())).to.equal('there are none yet');
  });

  it('is content with what the lock file asks for, whatever the times of the files', () => {
    expect(judge({ 'node_modules/express': express }, { 'node_modules/express': express })).to.equal(null);
  });

  it('names the package that is missing, of another version or of another content', () => {
    const wanted = { 'node_modules/a/node_modules/@x/express': express };
    const problem = 'package-lock.json asks for another @x/express';
    expect(judge(wanted, {})).to.equal(problem);
    expect(judge(wanted, { 'node_modules/a/node_modules/@x/express': { ...express, version: '5.2.0' } })).to.equal(
      problem,
    );
    expect(judge(wanted, { 'node_modules/a/node_modules/@x/express': { ...express, integrity: 'sha512-b' } })).to.equal(
      problem,
    );
  });

  it('does not miss what npm leaves out on this platform', () => {
    expect(judge({ 'node_modules/@esbuild/win32-x64': { ...express, optional: true } }, {})).to.equal(null);
  });
});
