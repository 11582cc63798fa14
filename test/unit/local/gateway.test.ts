import { expect } from 'chai';
import { once } from 'node:events';
import { request, type RequestListener } from 'node:http';
import { createGateway } from '../../../cli/local/gateway.js';
import { type RunningServer, serve } from '#lib/http/server-life.js';
import { RaibidError } from '#lib/errors.js';

interface Seen {
  readonly fn: string;
  readonly url: string;
  readonly headers: Record<string, unknown>;
}

const seen: Seen[] = [];

function record(fn: string): RequestListener {
  return (req, res) => {
    seen.push({ fn, url: req.url ?? '', headers: { ...req.headers } });
    res.writeHead(200, { 'Content-Type': 'text/plain' });
    // What comes goes back, piece by piece.
    req.pipe(res);
  };
}

describe('local/gateway', () => {
  let server: RunningServer;
  let base: string;
  let healthy: boolean;

  beforeEach(async () => {
    seen.length = 0;
    healthy = true;
    const gateway = createGateway({
      functions: {
        enqueue: record('enqueue'),
        dispatch: record('dispatch'),
        'mirror-sync': record('mirror-sync'),
        'cache-warm': record('cache-warm'),
        status: record('status'),
      },
      async checkHealth() {
        if (!healthy) throw new RaibidError('redis-unavailable', 'Redis does not answer.');
      },
      now: () => 1_700_000_000_123,
      random: () => 0.5,
    });
    server = await serve(gateway, { port: 0, host: '127.0.0.1' });
    base = `http://127.0.0.1:${server.port}`;
  });
  afterEach(() => server.close(0));

  it('reaches the function without the prefix, with the query', async () => {
    await fetch(`${base}/function/status/jobs/x?state=a,b&repo=o%2Fr`);
    await fetch(`${base}/function/mirror-sync`, { method: 'POST', body: 'x' });
    await fetch(`${base}/function/enqueue/?a=1`);
    expect(seen.map(({ fn, url }) => `${fn} ${url}`)).to.deep.equal([
      'status /jobs/x?state=a,b&repo=o%2Fr',
      'mirror-sync /',
      'enqueue /?a=1',
    ]);
  });

  it('gives a call an id and a start time in nanoseconds, and tells both', async () => {
    const answer = await fetch(`${base}/function/status/jobs`);
    expect(answer.headers.get('x-call-id')).to.match(/^[0-9A-Z]{26}$/);
    expect(answer.headers.get('x-start-time')).to.equal('1700000000123000000');
    expect(answer.headers.get('x-served-by')).to.equal('raibid');
    expect(seen[0]?.headers).to.include({
      'x-call-id': answer.headers.get('x-call-id'),
      'x-start-time': '1700000000123000000',
    });
  });

  it('keeps the call id of its caller', async () => {
    const answer = await fetch(`${base}/function/status/jobs`, { headers: { 'X-Call-Id': 'mine' } });
    expect(answer.headers.get('x-call-id')).to.equal('mine');
    expect(seen[0]?.headers).to.include({ 'x-call-id': 'mine' });
  });

  it('answers a problem for what is not served', async () => {
    for (const path of ['/', '/function', '/function/', '/function/other/x', '/function/status%2Fjobs', '/system/x']) {
      const answer = await fetch(base + path, { method: 'POST', body: 'x'.repeat(100_000) });
      expect(answer.status, path).to.equal(404);
      expect(answer.headers.get('content-type')).to.contain('application/problem+json');
      expect(await answer.json()).to.include({ code: 'route-unknown', instance: answer.headers.get('x-call-id') });
    }
    expect(seen).to.deep.equal([]);
  });

  it('streams bodies through, in both directions', async () => {
    const call = request(`${base}/function/enqueue/`, { method: 'POST' });
    call.write('first');
    const [response] = (await once(call, 'response')) as [NodeJS.ReadableStream];
    response.setEncoding('utf8');
    expect((await once(response, 'data'))[0]).to.equal('first');
    call.end('second');
    expect((await once(response, 'data'))[0]).to.equal('second');
  });

  it('tells the health of the platform, also as that of a function', async () => {
    for (const path of ['/healthz', '/function/status/healthz', '/function/dispatch/healthz']) {
      healthy = true;
      expect((await fetch(base + path)).status, path).to.equal(200);
      healthy = false;
      const answer = await fetch(base + path);
      expect(answer.status, path).to.equal(503);
      expect(await answer.json()).to.include({ code: 'redis-unavailable', detail: 'Redis does not answer.' });
    }
    expect(seen).to.deep.equal([]);
  });
});
