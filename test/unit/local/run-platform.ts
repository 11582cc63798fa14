import { startPlatform } from '../../../cli/local/platform.js';

// A platform in a process of its own, which tests may kill. Arguments: data directory, agent program. Says its URL.
const [dataDirectory = '', agentProgram = ''] = process.argv.slice(2);
const platform = await startPlatform({
  dataDirectory,
  agentProgram,
  port: 0,
  maxAgents: 2,
  warm: 1,
  env: process.env,
  now: Date.now,
  random: Math.random,
});
console.log(platform.url);
