import { expect } from 'chai';
import { prepareMessage } from '../../../functions/_connector/prepare-message.js';

type Value = string | Buffer;

function prepare(fields: Record<string, Value>) {
  const { body, contentType, ...rest } = prepareMessage({
    fields: new Map(Object.entries(fields).map(([name, value]) => [name, Buffer.from(value)])),
  });
  expect(rest).to.deep.equal({ problem: null, delivery: '' });
  return { body, text: body.toString(), contentType };
}

describe('prepareMessage', () => {
  it('leaves the bytes of a body as they are', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    expect(prepare({ body: bytes, other: 'x' }).body.equals(bytes)).to.equal(true);
    expect(prepare({ body: bytes }).contentType).to.equal('application/octet-stream');
  });

  const guesses: [string, string][] = [
    ['{"a":1}', 'application/json'],
    [' [1, 2]\n', 'application/json'],
    ['{"a":1', 'text/plain; charset=utf-8'],
    ['{a}', 'text/plain; charset=utf-8'],
    ['42', 'text/plain; charset=utf-8'],
    ['grüße', 'text/plain; charset=utf-8'],
    ['', 'text/plain; charset=utf-8'],
    [`[${'1,'.repeat(200_000)}1]`, 'application/json'],
  ];
  for (const [body, type] of guesses) {
    it(`takes ${JSON.stringify(body.slice(0, 20))} for ${type}`, () => {
      expect(prepare({ body }).contentType).to.equal(type);
    });
  }

  it('takes the type that the entry names, when a header can hold it', () => {
    expect(prepare({ body: '{}', 'content-type': 'text/csv; header=present' }).contentType).to.equal(
      'text/csv; header=present',
    );
    for (const type of ['text/csv\r\nX-Evil: 1', 'nonsense', '', 'a/b; ü']) {
      expect(prepare({ body: '{}', 'content-type': type }).contentType).to.equal('application/json');
    }
  });

  it('makes an object of the fields when none is called body', () => {
    const { text, contentType } = prepare({ user: 'ada', partitionkey: '7', photo: Buffer.from([0xff, 0xfe]) });
    expect(JSON.parse(text)).to.deep.equal({ user: 'ada', partitionkey: '7', photo_base64: '//4=' });
    expect(contentType).to.equal('application/json');
  });
});
