#!/usr/bin/env node
// Makes a fresh checkout ready, then runs one command:  node cli/bootstrap.mjs raibid|test|test:openfaas|bench|lint|generate|build [ARGS]
// Needs nothing but Node; this file keeps to syntax that old versions can read, so that they can be told.
import { existsSync, readFileSync } from 'fs';

const root = new URL('../', import.meta.url);
const wanted = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')).engines.node.replace(/^>=/, '');

/** @param {string} version @param {string} floor */
function isAtLeast(version, floor) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [floorMajor = 0, floorMinor = 0] = floor.split('.').map(Number);
  return major > floorMajor || (major === floorMajor && minor >= floorMinor);
}

if (!isAtLeast(process.versions.node, wanted)) {
  console.error(
    `raibid needs Node ${wanted} or newer and this is ${process.versions.node}: install a newer one from https://nodejs.org.`,
  );
  process.exitCode = 3;
} else if (existsSync(new URL('package-lock.json', root))) {
  import('./bootstrap/run-command.mjs').then(({ runCommand }) => runCommand(process.argv.slice(2)));
} else {
  // Installed from a package: it was built before it was packed, and there is nothing to prepare.
  process.argv.splice(1, 2, 'raibid');
  import(new URL('dist/cli/main.mjs', root).href);
}
