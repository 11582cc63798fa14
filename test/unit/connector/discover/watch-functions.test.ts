import { expect } from 'chai';
import { type LogEntry, recordLog } from '../../../support/record-log.js';
import { waitUntil } from '../../../support/wait-until.js';
import type { ConnectedFunction } from '../../../../functions/_connector/connected-function.js';
import type { Discovered } from '../../../../functions/_connector/discover/discovered.js';
import { type Watch, watchFunctions } from '../../../../functions/_connector/discover/watch-functions.js';

const RESIZE = { name: 'resize', namespace: '', annotations: { topic: 'redis:photos' } };
const ENQUEUE = { name: 'enqueue', namespace: '', annotations: { topic: 'redis:raibid:inbox:enqueue' } };

describe('watching functions', () => {
  let stop: AbortController;
  let answer: () => Promise<readonly Discovered[]>;
  let secret: () => Promise<unknown>;
  let looks: (readonly ConnectedFunction[])[];
  let lines: LogEntry[];
  let tries: number;
  let watch: Watch;

  beforeEach(() => {
    stop = new AbortController();
    answer = async () => [];
    secret = async () => 'secret';
    looks = [];
    tries = 0;
    const { log, entries } = recordLog();
    lines = entries;
    watch = watchFunctions(
      {
        list: () => {
          tries += 1;
          return answer();
        },
        everyMs: 1,
        checkSecret: () => secret(),
        onFunctions: (functions) => void looks.push(functions),
        log,
        defaultNamespace: 'openfaas-fn',
        urlTemplate: 'http://gw/function/{target}{path}',
        topicDelimiter: '',
        timeoutMs: 60_000,
      },
      stop.signal,
    );
  });
  afterEach(() => stop.abort());

  const names = () => looks.at(-1)?.map(({ name }) => name);
  const seen = (...wanted: string[]) => waitUntil(() => names()?.join() === wanted.join());
  const said = (text: string) => lines.filter(({ msg }) => msg.includes(text));

  it('tells of functions as they come and go', async () => {
    answer = async () => [RESIZE];
    await seen('resize');
    answer = async () => [RESIZE, { ...RESIZE, name: 'thumb' }, { ...RESIZE, name: 'cron', annotations: {} }];
    await seen('resize', 'thumb');
    answer = async () => [];
    await seen();
    expect(watch.works()).to.equal(true);
  });

  it('keeps what is known when a look fails, and says so once', async () => {
    answer = async () => [RESIZE];
    await seen('resize');
    answer = async () => {
      throw new Error('fetch failed', { cause: new Error('connect ECONNREFUSED') });
    };
    await waitUntil(() => watch.works() === false);
    const before = looks.length;
    const failures = tries;
    await waitUntil(() => tries > failures + 3);
    expect(looks).to.have.length(before);
    expect(said('cannot be discovered')).to.have.length(1);
    expect(said('cannot be discovered')[0]?.['problem']).to.equal('fetch failed: connect ECONNREFUSED');
    answer = async () => [RESIZE];
    await waitUntil(() => watch.works() === true);
    expect(said('discovered again')).to.have.length(1);
  });

  it('leaves a function out whose annotations are wrong, and only that one, and says so once', async () => {
    answer = async () => [{ ...RESIZE, name: 'broken', annotations: { 'raibid.dev/timeout': 'x' } }, RESIZE];
    await seen('resize');
    const before = tries;
    await waitUntil(() => tries > before + 3);
    expect(said('left out')).to.have.length(1);
    expect(said('left out')[0]).to.include({ fn: 'broken' });
    expect([...watch.problems().keys()]).to.deep.equal(['broken']);
    answer = async () => [{ ...RESIZE, name: 'broken' }, RESIZE];
    await seen('broken', 'resize');
    expect(watch.problems().size).to.equal(0);
    expect(said('no longer left out')).to.have.length(1);
  });

  it('leaves our own functions out while their secret is missing', async () => {
    secret = async () => {
      throw new Error('The secret "connector-secret" is not there.');
    };
    answer = async () => [ENQUEUE, RESIZE];
    await seen('resize');
    expect(watch.problems().get('enqueue')).to.contain('must be signed: The secret "connector-secret"');
    secret = async () => 'now there';
    await seen('enqueue', 'resize');
  });
});
