import { expect } from 'chai';
import { parseGoDuration } from '../../../../cli/dev/stack/parse-go-duration.js';
import { parseQuantity } from '../../../../cli/dev/stack/rules/resources.js';
import { check, SAMPLE, testFaults } from '../sample-stack.js';

describe('stack rules: resources', () => {
  const cases: [string, string, string, string, RegExp][] = [
    ['a limit that is no quantity', 'memory: 256Mi', '256MB', 'limits.memory', /no quantity/],
    ['memory in thousandths of a byte', 'memory: 256Mi', '256m', 'limits.memory', /0\.256 bytes/],
    ['memory without a unit', 'memory: 256Mi', '256', 'limits.memory', /256 bytes/],
    ['whole cores where thousandths were meant', 'cpu: "1"', '2000', 'limits.cpu', /2000 cores/],
    ['a limit below the request', 'memory: 256Mi', '64Mi', 'requests.memory', /more than the limit of 64Mi/],
    ['a request above the limit', 'cpu: 50m', '1.5', 'requests.cpu', /more than the limit of 1/],
    ['nothing', 'cpu: 50m', '0', 'requests.cpu', /nothing/],
  ];
  testFaults(
    cases.map(([it, replace, amount, where, what]) => ({
      it,
      replace,
      by: `${replace.split(' ')[0] ?? ''} ${amount}`,
      where: `functions.greet.${where}`,
      what,
      fix: /./,
      at: where === 'requests.memory' ? '96Mi' : amount,
    })),
  );

  it('reads quantities as Kubernetes does', () => {
    expect(parseQuantity('1.5Gi')).to.equal(1.5 * 2 ** 30);
    expect(parseQuantity('100m')).to.equal(0.1);
    expect(parseQuantity('1e3')).to.equal(1000);
    expect(parseQuantity('5E')).to.equal(5e18);
    expect(parseQuantity('.5')).to.equal(0.5);
    for (const text of ['', 'Mi', '-1', '1 Gi', '1gi', '1.2.3']) expect(parseQuantity(text)).to.equal(null);
  });
});

describe('stack: durations as of-watchdog reads them', () => {
  const cases: Record<string, number | null> = {
    ...{ '5': 5000, '0': 0, '1m30s': 90_000, '1.5h': 5_400_000, '250ms': 250, '2us': 0.002, '3µs': 0.003, '4ns': 4e-6 },
    ...{ '': null, s: null, '5 s': null, '-5s': null, '5d': null, '1m30': null },
  };
  for (const [text, ms] of Object.entries(cases)) {
    it(JSON.stringify(text), () => {
      if (ms === null) expect(parseGoDuration(text)).to.equal(null);
      else expect(parseGoDuration(text)).to.be.closeTo(ms, 1e-9);
    });
  }
});

describe('stack rules: timeouts', () => {
  const at = 'functions.greet.environment';
  testFaults([
    {
      it: 'a connector that asks again too early',
      replace: 'raibid.dev/timeout: 30s',
      by: 'raibid.dev/timeout: 20s',
      where: 'functions.greet.annotations.raibid.dev/timeout',
      what: /gives up after 20s/,
      fix: /at least 25s/,
      at: '20s',
    },
    {
      it: 'zero',
      replace: 'read_timeout: 25s',
      by: 'read_timeout: 0s',
      where: `${at}.read_timeout`,
      what: /does not start with zero/,
      fix: /55s/,
      at: '0s',
    },
    {
      it: 'what is no duration',
      replace: 'read_timeout: 25s',
      by: 'read_timeout: 25 sec',
      where: `${at}.read_timeout`,
      what: /no duration/,
      fix: /1m30s/,
      at: '25 sec',
    },
    {
      it: 'a last word longer than any call',
      replace: 'read_timeout: 25s',
      by: 'read_timeout: 25s\n      healthcheck_interval: 30s',
      where: `${at}.healthcheck_interval`,
      what: /longer than any call/,
      fix: /2s/,
      at: '30s',
    },
  ]);

  it('a call that may take longer than reading or writing it', () => {
    const found = check(SAMPLE.replace('exec_timeout: 20s', 'exec_timeout: 28s'));
    expect(found.map(({ what }) => what)).to.have.length(2);
    expect(found[0]?.what).to.match(/28s is longer than write_timeout, 25s/);
    expect(found[1]?.what).to.match(/28s is longer than read_timeout, 25s/);
  });

  it('a function slower than the gateway, and than the connector waits', () => {
    const found = check(SAMPLE.replace('write_timeout: 25s', 'write_timeout: 2m'));
    expect(found.map(({ what }) => what).join('\n')).to.match(/gateway waits, 60s[^]*gives up after 30s/);
  });

  it('a connector that asks again too early, by its default', () => {
    const [finding, ...others] = check(SAMPLE.replace('      raibid.dev/timeout: 30s\n', ''));
    expect(others).to.deep.equal([]);
    expect(finding).to.include({ where: 'functions.greet.annotations.raibid.dev/timeout', fix: 'Write at least 25s' });
    expect(finding?.what).to.match(/gives up after 20s/);
  });

  it('one that is not set', () => {
    const found = check(SAMPLE.replace('      read_timeout: 25s\n', ''));
    expect(found.map(({ where }) => where)).to.deep.equal([
      'functions.greet.environment.read_timeout',
      'functions.count.environment.read_timeout',
    ]);
    expect(found[0]?.what).to.match(/is not set here/);
  });
});

describe('stack rules: community-edition', () => {
  const label = { replace: 'com.openfaas.scale.max: "1"' };
  testFaults([
    {
      ...label,
      it: 'scale to zero',
      by: 'com.openfaas.scale.zero: "true"',
      where: 'functions.greet.labels.com.openfaas.scale.zero',
      what: /does not scale to zero/,
      fix: /Take it out/,
      at: 'com.openfaas.scale.zero',
    },
    ...['zero-duration: 5m', 'target: "10"', 'type: rps'].map((paid) => ({
      ...label,
      it: `what is paid for: ${paid}`,
      by: `com.openfaas.scale.${paid}`,
      where: `functions.greet.labels.com.openfaas.scale.${paid.split(':', 1)[0] ?? ''}`,
      what: /refuses this label/,
      fix: /Take it out/,
      at: 'com.openfaas.scale',
    })),
    {
      ...label,
      it: 'no replica',
      by: 'com.openfaas.scale.min: "0"',
      where: 'functions.greet.labels.com.openfaas.scale.min',
      what: /1 to 5 replicas, not 0/,
      fix: /"1" to "5"/,
      at: 'com.openfaas.scale.min',
    },
    {
      ...label,
      it: 'too many replicas',
      by: 'com.openfaas.scale.max: "6"',
      where: 'functions.greet.labels.com.openfaas.scale.max',
      what: /1 to 5 replicas, not 6/,
      fix: /"1" to "5"/,
      at: 'com.openfaas.scale.max',
    },
    {
      ...label,
      it: 'more at least than at most',
      by: 'com.openfaas.scale.max: "1"\n      com.openfaas.scale.min: "2"',
      where: 'functions.greet.labels',
      what: /at least 2 replicas, but at most 1/,
      fix: /Lower/,
      at: '"2"',
    },
    {
      it: 'an annotation of a cloud',
      replace: '    labels:\n',
      by: '      eks.amazonaws.com/role-arn: x\n    labels:\n',
      where: 'functions.greet.annotations.eks.amazonaws.com/role-arn',
      what: /cloud providers/,
      fix: /Take it out/,
      at: 'eks',
    },
    {
      it: 'a namespace',
      replace: 'build_options: [git]',
      by: 'namespace: other',
      where: 'functions.greet.namespace',
      what: /one namespace/,
      fix: /Take it out/,
      at: 'other',
    },
    {
      it: 'constraints',
      replace: 'build_options: [git]',
      by: 'constraints: [a=b]',
      where: 'functions.greet.constraints',
      what: /ignores constraints/,
      fix: /Take them out/,
      at: '[a=b]',
    },
  ]);

  it('more than one topic', () => {
    const found = check(SAMPLE.replace('topic: redis:inbox:greet', 'topic: redis:a,redis:b'));
    expect(found.map(({ what }) => what)).to.include('OpenFaaS CE takes one topic a function');
  });

  it('sixteen functions', () => {
    const more = Array.from(
      { length: 14 },
      (_, n) => `  f${n}:
    lang: typescript
    handler: ./functions/count
    image: localhost:5001/ada/f${n}:1
    environment: { exec_timeout: 1s, write_timeout: 1s, read_timeout: 1s }
`,
    ).join('');
    const [finding, ...others] = check(SAMPLE + more);
    expect(others).to.deep.equal([]);
    expect(finding?.what).to.equal('OpenFaaS CE runs 15 functions, and these are 16');
  });
});
