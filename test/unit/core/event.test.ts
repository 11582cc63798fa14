import { isEventType, makeEvent, parseEnvelope, parseEventData } from '#lib/core/event.js';
import { expect } from 'chai';

const data = { repo: 'o/r', ref: 'refs/heads/main', sha: 'a'.repeat(40), seq: '1', message: 'm' };
const fields = { id: '1-0', source: '/function/mirror-sync', time: 0, data };

describe('event', () => {
  it('is a CloudEvent that reads back as it was written', () => {
    const event = makeEvent('mirror.updated', { ...fields, partitionkey: 'o/r' });
    expect(event).to.deep.equal({
      specversion: '1.0',
      type: 'mirror.updated',
      datacontenttype: 'application/json',
      time: '1970-01-01T00:00:00.000Z',
      id: '1-0',
      source: '/function/mirror-sync',
      partitionkey: 'o/r',
      data,
    });
    const envelope = parseEnvelope(JSON.parse(JSON.stringify(event)));
    expect(envelope.data).to.deep.equal(event);
    expect(parseEventData('mirror.updated', envelope.data?.data).data).to.deep.equal(data);
  });

  it('needs an id, a source, a type, a time and its version', () => {
    const event = makeEvent('mirror.updated', fields);
    for (const missing of ['id', 'source', 'type', 'time', 'specversion']) {
      expect(parseEnvelope({ ...event, [missing]: undefined }).success, missing).to.equal(false);
      expect(parseEnvelope({ ...event, [missing]: '' }).success, missing).to.equal(false);
    }
    for (const none of [null, [], 'x', 7]) expect(parseEnvelope(none).success).to.equal(false);
  });

  it('knows its types, not those of objects', () => {
    expect(['github.push', 'timer.tick', 'toString', '__proto__', 'x'].filter(isEventType)).to.deep.equal([
      'github.push',
      'timer.tick',
    ]);
  });

  it('refuses data that is not of its type', () => {
    for (const bad of [{ ...data, repo: '../x' }, { ...data, sha: 'main' }, { ...data, ref: 'main' }, {}, null]) {
      expect(parseEventData('mirror.updated', bad).success).to.equal(false);
    }
    expect(
      parseEventData('github.delete', { delivery: 'delivery-1', repo: 'o/r', ref: 'refs/heads/x' }).success,
    ).to.equal(true);
  });
});
