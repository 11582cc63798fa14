import { expect } from 'chai';
import { keys } from '#lib/redis/keys.js';
import { check, SAMPLE, testFaults } from '../sample-stack.js';

describe('stack rules: secrets', () => {
  const secrets = { replace: '[sign, redis-password]', where: 'functions.greet.secrets' };
  testFaults([
    {
      ...secrets,
      it: 'one that the code needs',
      by: '[redis-password]',
      what: /without sign/,
      fix: /Add sign/,
      at: '[redis',
    },
    {
      ...secrets,
      it: 'one that nobody reads',
      by: '[sign, stamp]',
      what: /does not read stamp/,
      fix: /Take stamp out/,
      at: 'stamp',
    },
    { ...secrets, it: 'one given twice', by: '[sign, sign]', what: /twice/, fix: /one out/, at: 'sign]' },
  ]);

  it('says at the function that there are none', () => {
    const [finding] = check(SAMPLE.replace('    secrets: [sign, redis-password]\n', ''));
    expect(finding).to.deep.include({ where: 'functions.greet.secrets', at: { line: 10, column: 3 } });
  });
});

describe('stack rules: environment', () => {
  const level = { replace: 'RAIBID_LEVEL: info' };
  testFaults([
    {
      ...level,
      it: 'a setting that no schema knows',
      by: 'RAIBID_LEVELS: info',
      where: 'functions.greet.environment.RAIBID_LEVELS',
      what: /no such setting/,
      fix: /RAIBID_LEVEL/,
      at: 'RAIBID_LEVELS',
    },
    {
      ...level,
      it: 'a value that its schema refuses',
      by: 'RAIBID_LEVEL: loud',
      where: 'functions.greet.environment.RAIBID_LEVEL',
      what: /"loud": .*"info"/,
      fix: /Mend/,
      at: 'loud',
    },
    {
      ...level,
      it: 'a secret by its name',
      by: 'API_TOKEN: abc',
      where: 'functions.greet.environment.API_TOKEN',
      what: /everybody sees it/,
      fix: /secret create/,
      at: 'abc',
    },
    {
      ...level,
      it: 'a password in a URL',
      by: 'QUEUE: redis://:hunter2@redis:6379',
      where: 'functions.greet.environment.QUEUE',
      what: /everybody sees it/,
      fix: /secret create/,
      at: 'redis://',
    },
  ]);
});

describe('stack rules: annotations', () => {
  const annotations = 'functions.greet.annotations';
  const added = { replace: '    labels:\n' };
  testFaults([
    {
      ...added,
      it: 'one that the connector does not know',
      by: '      raibid.dev/retries: "3"\n    labels:\n',
      where: `${annotations}.raibid.dev/retries`,
      what: /knows no such/,
      fix: /raibid\.dev\/path/,
      at: 'raibid.dev/retries',
    },
    {
      it: 'a number of calls that is none',
      replace: '"8"',
      by: 'many',
      where: `${annotations}.raibid.dev/concurrency`,
      what: /"many": must be a number/,
      fix: /Mend/,
      at: 'many',
    },
    {
      it: 'a timeout without a unit that exists',
      replace: 'raibid.dev/timeout: 30s',
      by: 'raibid.dev/timeout: 30 seconds',
      where: `${annotations}.raibid.dev/timeout`,
      what: /must be a duration/,
      fix: /Mend/,
      at: '30 seconds',
    },
    {
      ...added,
      it: 'a word that means nothing',
      by: '      raibid.dev/start: last\n    labels:\n',
      where: `${annotations}.raibid.dev/start`,
      what: /"last": must be first or next/,
      fix: /Mend/,
      at: 'last',
    },
  ]);

  for (const schedule of ['every second', 'tick=1s', 'timer.tick=10ms', 'timer.tick=soon']) {
    it(`the schedule "${schedule}"`, () => {
      const found = check(SAMPLE.replace('timer.tick=1s', schedule)).map(({ what }) => what);
      expect(found.join('\n')).to.match(/ is no timer such as/);
    });
  }

  it('topics of other connectors are left to them', () => {
    const cron = '  count:\n    annotations: { topic: cron-function, schedule: "0 * * * *" }\n';
    expect(check(SAMPLE.replace('  count:\n', cron))).to.deep.equal([]);
  });

  it('a path and a topic that are none', () => {
    const broken = SAMPLE.replace('/_event', '_event').replace('redis:inbox:greet', '"redis:"');
    const found = check(broken).map(({ what }) => what);
    expect(found).to.include('"redis:" names no stream');
    expect(found.join('\n')).to.match(/"_event": must begin with "\/"/);
  });

  it('a stream of ours that is not for this function', () => {
    for (const stream of [keys.ready('rust'), keys.inbox('status')]) {
      const found = check(SAMPLE.replace('redis:inbox:greet', `redis:${stream}`)).map(({ what }) => what);
      expect(found.join('\n')).to.include(stream);
    }
  });

  it('annotations that have no effect without a topic', () => {
    const found = check(SAMPLE.replace('  count:\n', '  count:\n    annotations: { raibid.dev/path: /x }\n'));
    expect(found.map(({ where, what }) => `${where} ${what}`)).to.deep.equal([
      'functions.count.annotations.raibid.dev/path has no effect: the connector invokes what has a topic or a schedule',
    ]);
  });
});

describe('stack rules: local-platform', () => {
  const annotations = 'functions.greet.annotations';
  testFaults([
    {
      it: 'another inbox',
      replace: 'redis:inbox:greet',
      by: 'redis:inbox:other',
      where: `${annotations}.topic`,
      what: /the local platform has redis:inbox:greet/,
      fix: /Write topic/,
      at: 'redis:inbox:other',
    },
    {
      it: 'another path',
      replace: 'raibid.dev/path: /_event',
      by: 'raibid.dev/path: /events',
      where: `${annotations}.raibid.dev/path`,
      what: /has \/_event/,
      fix: /\/_event/,
      at: '/events',
    },
    {
      it: 'another schedule',
      replace: 'timer.tick=1s',
      by: 'timer.tick=2s',
      where: `${annotations}.raibid.dev/schedule`,
      what: /has timer\.tick=1s/,
      fix: /timer\.tick=1s/,
      at: 'timer.tick=2s',
    },
    {
      it: 'no schedule',
      replace: '      raibid.dev/schedule: timer.tick=1s\n',
      by: '',
      where: `${annotations}.raibid.dev/schedule`,
      what: /is missing/,
      fix: /timer\.tick=1s/,
      at: 'topic',
    },
  ]);

  it('a function that is missing', () => {
    const [, ...rest] = SAMPLE.split('  greet:\n');
    const found = check(SAMPLE.split('functions:\n')[0] + 'functions:\n  other:\n' + rest.join(''));
    expect(found.map(({ what }) => what)).to.include('greet is missing, which runs locally');
  });
});

describe('stack rules: not-deployed', () => {
  testFaults(
    [
      {
        it: 'an image that `faas-cli up` would deploy',
        replace: 'http://this-is-not-a-function.invalid',
        by: 'http://127.0.0.1:8080',
        where: 'provider.gateway',
        what: /would deploy/,
        fix: /this-is-not-a-function\.invalid/,
        at: 'http://127',
      },
      {
        it: 'an image that a gateway would take',
        replace: '    secrets: [this-is-not-a-function]\n',
        by: '',
        where: 'functions.worker.secrets',
        what: /--gateway/,
        fix: /List the secret/,
        at: 'worker:',
      },
    ],
    'images',
  );
  testFaults([
    {
      it: 'functions that nobody can deploy',
      replace: '${OPENFAAS_URL:-http://127.0.0.1:8080}',
      by: 'http://this-is-not-a-function.invalid',
      where: 'provider.gateway',
      what: /nothing can be deployed/,
      fix: /Name a gateway/,
      at: 'http://this',
    },
    {
      it: 'a function with the secret that nobody has',
      replace: '  count:\n',
      by: '  count:\n    secrets: [this-is-not-a-function]\n',
      where: 'functions.count.secrets',
      what: /nobody has/,
      fix: /Take it out/,
      at: 'this-is',
    },
  ]);
});
