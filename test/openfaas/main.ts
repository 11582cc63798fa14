import { execa } from 'execa';
import { randomBytes } from 'node:crypto';
import { closeRoom, openRoom } from '#lib/redis/room.js';
import { createClient } from '../../cli/client.js';
import { createPlatformApi } from '../support/platform-api.js';
import { findProgram } from '../support/real-tools.js';
import { deployStack } from './deploy/deploy-stack.js';
import { waitForBuild } from './deploy/wait-for-build.js';
import { openGateway } from './gateway.js';
import { PROOFS } from './proofs.js';
import { describeSettings, type ProofSettings, readSettings } from './settings.js';
import { startConnector } from './start-connector.js';
import { NotAvailable, type World } from './world.js';

/** Deploys stack.yml to a real OpenFaaS and proves there what can't be proven anywhere else. Answers the exit code. */
async function main(): Promise<number> {
  if (process.argv.includes('--help')) {
    console.log(describeSettings());
    return 0;
  }
  const settings = readOrSay();
  if (settings === null) return 2;
  const gateway = openGateway(settings.gateway);
  const secrets = { admin: makeSecret(), webhook: makeSecret(), connector: makeSecret() };
  await gateway.saveSecret('admin-token', secrets.admin);
  await gateway.saveSecret('webhook-secret', secrets.webhook);
  await gateway.saveSecret('connector-secret', secrets.connector);
  await gateway.saveSecret('redis-password', settings.redis.password);

  async function deploy(): Promise<string> {
    const build = `proof-${Date.now().toString(36)}`;
    say(`deployed ${build} by ${await deployStack(settings as ProofSettings, gateway, build)}`); // read above
    return build;
  }
  const build = await deploy();
  await waitForBuild(settings.gateway.url, build);
  say(`what runs is what was built: every function answers as ${build}`);

  const { url } = settings.gateway;
  const room = openRoom(settings.redis.fromHere, { name: 'proof', password: settings.redis.password });
  const stopConnector = await startConnector(settings, secrets.connector);
  const world: World = {
    settings,
    gateway,
    secrets,
    build,
    room,
    api: createPlatformApi(url, secrets),
    client: createClient(async () => ({ url, token: secrets.admin })),
    repo: `proof/${build}`,
    ...(await findHead(settings.upstream)),
    redeploy: deploy,
    killPod: findProgram('kubectl') !== null ? (fn) => killPod(settings.namespace, fn) : null,
  };
  try {
    return await prove(world);
  } finally {
    await stopConnector();
    closeRoom(room);
  }
}

async function prove(world: World): Promise<number> {
  let [passed, failed] = [0, 0];
  const absent: string[] = [];
  for (const { name, run } of PROOFS) {
    try {
      say(`ok    ${name}: ${await run(world)}`);
      passed += 1;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (error instanceof NotAvailable) absent.push(`${name} (${why})`);
      else failed += 1;
      say(`${error instanceof NotAvailable ? 'NOT CHECKED' : 'FAIL'}  ${name}: ${why}`);
    }
  }
  for (const one of absent) say(`not checked: ${one}`);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

function readOrSay(): ProofSettings | null {
  try {
    return readSettings(process.env);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${describeSettings()}`);
    return null;
  }
}

async function findHead(upstream: string): Promise<{ ref: string; sha: string }> {
  const { stdout } = await execa('git', ['ls-remote', '--symref', '--', upstream, 'HEAD'], { stdin: 'ignore' });
  const ref = /^ref: (\S+)\tHEAD$/m.exec(stdout)?.[1];
  const sha = /^([0-9a-f]+)\tHEAD$/m.exec(stdout)?.[1];
  if (ref === undefined || sha === undefined) throw new Error(`${upstream} has no HEAD`);
  return { ref, sha };
}

async function killPod(namespace: string, fn: string): Promise<void> {
  const which = ['delete', 'pod', '--namespace', namespace, '--selector', `faas_function=${fn}`];
  await execa('kubectl', [...which, '--force', '--grace-period=0'], { stdin: 'ignore' });
}

function makeSecret(): string {
  return randomBytes(32).toString('hex');
}

function say(text: string): void {
  console.log(text);
}

process.exitCode = await main();
