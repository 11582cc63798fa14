import { realTools } from './real-tools.js';

// Imported by the tests that use them: once, before any of them runs.
const missing = [
  realTools.faasCli === null && 'faas-cli',
  realTools.watchdog === null && 'of-watchdog (on PATH, with port 8081 free)',
  realTools.docker === null && 'a Docker engine (with port 8081 free)',
].filter((name) => name !== false);
if (missing.length > 0) console.log(`not tested here, for want of: ${missing.join(', ')}`);
