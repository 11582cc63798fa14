import { expect } from 'chai';
import { prepareEvent } from '../../../functions/_connector/prepare-event.js';

function entry(event: string, type = 'github.push') {
  return {
    id: '17-0',
    fields: new Map(Object.entries({ type, event }).map(([name, text]) => [name, Buffer.from(text)])),
  };
}

describe('prepareEvent', () => {
  it('gives an event the id of its entry, unless it has one', () => {
    const without = prepareEvent(entry('{"type":"x","id":"","data":{"a":[1]}}'));
    expect(JSON.parse(without.body.toString())).to.deep.equal({ type: 'x', id: '17-0', data: { a: [1] } });
    const missing = prepareEvent(entry('{"data":{}}'));
    expect(JSON.parse(missing.body.toString())).to.deep.equal({ id: '17-0', data: {} });
    const kept = prepareEvent(entry('{"id":"9-0","data":{}}'));
    expect(JSON.parse(kept.body.toString())).to.deep.equal({ id: '9-0', data: {} });
  });

  it('names the delivery of events that came by webhook only', () => {
    const event = '{"data":{"delivery":"abc"}}';
    expect(prepareEvent(entry(event))).to.include({ delivery: 'abc' });
    expect(prepareEvent(entry(event, 'mirror.updated'))).to.include({ delivery: '' });
    expect(prepareEvent(entry('{"data":{"delivery":7}}'))).to.include({ delivery: '' });
  });

  for (const text of ['', 'nonsense', '[]', '"text"', 'null', '{"id":7}']) {
    it(`finds no event in ${JSON.stringify(text)}`, () => {
      expect(prepareEvent(entry(text))).to.include({ problem: 'the entry holds no CloudEvent' });
    });
  }
});
