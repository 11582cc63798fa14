import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkStack } from '../../../cli/dev/stack/check-stack.js';
import { collectFacts } from '../../../cli/dev/stack/collect-facts.js';
import { showFinding } from '../../../cli/dev/stack/finding.js';
import type { StackKind } from '../../../cli/dev/stack/read-stack.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const read = (name: string) => readFileSync(`${ROOT}/${name}`, 'utf8');

describe('stack: the files of this repository', () => {
  const facts = collectFacts(ROOT, {});
  const check = (source: string, kind: StackKind, env = {}) => checkStack(source, { kind, env, facts });
  const shown = (source: string) => check(source, 'functions').map((finding) => showFinding('stack.yml', finding));

  for (const [name, kind] of [
    ['stack.yml', 'functions'],
    ['agents.yml', 'images'],
    ['connector.yml', 'images'],
  ] as const) {
    it(`${name} has no fault, with its defaults and with what people set`, () => {
      expect(check(read(name), kind)).to.deep.equal([]);
      const env = {
        ...{ RAIBID_IMAGES: 'ghcr.io/ada/raibid', RAIBID_TAG: 'v1.2', OPENFAAS_URL: 'https://faas.example.org' },
        ...{ RAIBID_REDIS_URL: 'rediss://redis.example.org:6380/1', RAIBID_LOG_LEVEL: 'debug' },
      };
      expect(check(read(name), kind, env)).to.deep.equal([]);
    });
  }

  it('a password in the URL of Redis is found, though a variable brings it', () => {
    const env = { RAIBID_REDIS_URL: 'redis://:hunter2@redis:6379' };
    const [finding] = check(read('stack.yml'), 'functions', env);
    expect(finding?.what).to.match(/everybody sees it/);
  });

  it('what the code needs is known: secrets, settings, inboxes', () => {
    const [secret, ...others] = shown(read('stack.yml').replace('      - webhook-secret\n', ''));
    expect(others).to.deep.equal([]);
    expect(secret).to.match(
      /^stack\.yml:\d+:7: functions\.mirror-sync\.secrets: .* without webhook-secret\. Add webhook-secret\.$/,
    );
    expect(shown(read('stack.yml').replace('RAIBID_LOG_LEVEL:', 'RAIBID_LOGLEVEL:')).join()).to.match(
      /no such setting/,
    );
    expect(shown(read('stack.yml').replace('inbox:enqueue', 'inbox:enq')).join()).to.match(/the local platform has/);
  });

  it("what the connector's code needs is known, too", () => {
    const found = (from: string, to: string) => {
      const source = read('connector.yml');
      expect(source).to.include(from);
      return check(source.replace(from, to), 'images').map(({ what }) => what);
    };
    expect(found('      - connector-secret\n', '')).to.deep.equal([
      'connector does not start without connector-secret',
    ]);
    expect(found('- redis-password', '- webhook-secret')).to.deep.equal(['connector does not read webhook-secret']);
    expect(found('RAIBID_DRAIN:', 'RAIBID_DRAINS:')).to.deep.equal(['connector has no such setting']);
    expect(found('RAIBID_DRAIN: 18s', 'RAIBID_DRAIN: soon').join()).to.match(/^"soon": must be a duration/);
    expect(found('RAIBID_DRAIN: 18s', 'upstream_timeout: soon').join()).to.match(/^"soon": must be a duration/);
  });

  it('a gateway that waits longer is taken at its word', () => {
    const slow = read('stack.yml').replaceAll('write_timeout: 58s', 'write_timeout: 90s');
    expect(shown(slow).join()).to.match(/90s is longer than the gateway waits, 60s/);
    const patient = collectFacts(ROOT, { RAIBID_GATEWAY_TIMEOUT: '5m' });
    const found = checkStack(slow, { kind: 'functions', env: {}, facts: patient });
    expect(found.map(({ what }) => what).join()).not.to.match(/gateway/);
  });
});
