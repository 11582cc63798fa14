import { expect } from 'chai';
import { keys, ownInbox, streamInbox } from '#lib/redis/keys.js';
import { readFunction } from '../../../../functions/_connector/discover/read-function.js';

const OPTIONS = {
  defaultNamespace: 'openfaas-fn',
  urlTemplate: 'http://gw:8080/function/{target}{path}',
  topicDelimiter: '',
  timeoutMs: 60_000,
};

interface Changes extends Partial<typeof OPTIONS> {
  readonly name?: string;
  readonly namespace?: string;
}

function read(annotations: Record<string, string>, { name = 'resize', namespace = '', ...changes }: Changes = {}) {
  return readFunction({ name, namespace, annotations }, { ...OPTIONS, ...changes });
}

function accept(...args: Parameters<typeof read>) {
  const result = read(...args);
  if (!result.ok) throw new Error(result.problem);
  return result.fn;
}

describe('a function by its annotations', () => {
  it('has defaults for all but its topic', () => {
    expect(accept({ topic: 'redis:orders' })).to.deep.equal({
      name: 'resize',
      own: false,
      url: 'http://gw:8080/function/resize/',
      timeoutMs: 60_000,
      concurrency: 8,
      streams: [{ topic: 'redis:orders', inbox: streamInbox('orders', 'resize'), from: 'first' }],
      schedules: [],
    });
  });

  it('says how it is called', () => {
    const annotations = {
      topic: 'redis:a:b',
      'raibid.dev/path': '/x?y=1',
      'raibid.dev/schedule': 'timer.tick=1s; timer.report=24h;',
      'raibid.dev/concurrency': '3',
      'raibid.dev/timeout': '1m30s',
      'raibid.dev/acked': 'delete',
      'raibid.dev/start': 'next',
    };
    expect(accept(annotations)).to.deep.include({
      url: 'http://gw:8080/function/resize/x?y=1',
      timeoutMs: 90_000,
      concurrency: 3,
      streams: [{ topic: 'redis:a:b', inbox: streamInbox('a:b', 'resize', 'alone'), from: 'next' }],
      schedules: [
        { type: 'timer.tick', everyMs: 1000, atStart: false },
        { type: 'timer.report', everyMs: 86_400_000, atStart: false },
      ],
    });
  });

  it('goes by its namespace unless that is the usual one', () => {
    expect(accept({}, { namespace: 'openfaas-fn' }).name).to.equal('resize');
    const { name, url } = accept({}, { namespace: 'staging' });
    expect([name, url]).to.deep.equal(['resize.staging', 'http://gw:8080/function/resize.staging/']);
    const direct = { namespace: 'staging', urlTemplate: 'http://{name}.{namespace}:8080{path}' };
    expect(accept({}, direct).url).to.equal('http://resize.staging:8080/');
  });

  it('is one of ours by its inbox', () => {
    const fn = accept(
      { topic: 'redis:raibid:inbox:enqueue', 'raibid.dev/schedule': 'timer.x=1m' },
      { name: 'enqueue' },
    );
    expect(fn).to.deep.include({ name: 'enqueue', own: true });
    expect(fn.streams).to.deep.equal([
      { topic: 'redis:raibid:inbox:enqueue', inbox: ownInbox('enqueue'), from: 'first' },
    ]);
    expect(fn.schedules).to.deep.equal([{ type: 'timer.x', everyMs: 60_000, atStart: true }]);
  });

  it('leaves topics of other connectors to them', () => {
    expect(accept({ topic: 'cron-function' }).streams).to.deep.equal([]);
    const several = accept({ topic: 'redis:a, cron-function,redis:b,redis:a' }, { topicDelimiter: ',' });
    expect(several.streams.map(({ topic }) => topic)).to.deep.equal(['redis:a', 'redis:b']);
    expect(accept({ topic: 'redis:a,b' }).streams.map(({ inbox }) => inbox.stream)).to.deep.equal(['a,b']);
  });

  it('may listen to what changes', () => {
    const { streams } = accept({ topic: `redis:${keys.events}` });
    expect(streams.map(({ inbox }) => inbox.stream)).to.deep.equal([keys.events]);
  });

  const wrong: [Record<string, string>, string][] = [
    [{ topic: 'redis:' }, 'topic: "redis:" names no stream'],
    [{ topic: 'redis:raibid:inbox:enqueue' }, 'topic: raibid:inbox:enqueue is for the function enqueue only'],
    [{ topic: 'redis:raibid:ready:rust' }, 'topic: raibid:ready:rust is not for functions'],
    [{ 'raibid.dev/concurrency': '0' }, 'raibid.dev/concurrency: must be a number from 1 to 9999'],
    [{ 'raibid.dev/timeout': 'soon' }, 'raibid.dev/timeout: must be a duration'],
    [{ 'raibid.dev/path': 'x' }, 'raibid.dev/path: must begin with "/"'],
    [{ 'raibid.dev/schedule': 'tick=1s' }, 'raibid.dev/schedule: "tick=1s" is no timer'],
    [{ 'raibid.dev/schedule': 'timer.a=1s; timer.b=0s' }, 'raibid.dev/schedule: "timer.b=0s" is no timer'],
    [{ 'raibid.dev/acked': 'yes' }, 'raibid.dev/acked: must be keep or delete'],
    [{ 'raibid.dev/start': '0' }, 'raibid.dev/start: must be first or next'],
    [{ 'raibid.dev/timout': '1s' }, 'there is no annotation raibid.dev/timout'],
  ];
  for (const [annotations, problem] of wrong) {
    it(`is left out with ${JSON.stringify(annotations)}`, () => {
      const result = read(annotations);
      expect(result).to.deep.include({ ok: false, name: 'resize' });
      expect(!result.ok && result.problem).to.contain(problem);
    });
  }

  it('is left out with a name that is none', () => {
    for (const name of ['', 'Resize', '../x', 'a.b']) {
      expect(read({ topic: 'redis:a' }, { name })).to.deep.include({ ok: false });
    }
    const inbox = { topic: 'redis:raibid:inbox:enqueue' };
    expect(read(inbox, { name: 'enqueue', namespace: 'staging' })).to.deep.include({ ok: false });
    expect(
      read({ topic: 'redis:raibid:inbox:enqueue,redis:x' }, { name: 'enqueue', topicDelimiter: ',' }),
    ).to.deep.include({ ok: false, problem: 'topic: a function of ours reads its own inbox only' });
  });
});
