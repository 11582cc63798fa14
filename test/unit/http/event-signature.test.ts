import { signEvent, verifyEventSignature } from '#lib/http/event-signature.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { failureOf } from './failure-of.js';

describe('event signature', () => {
  const secret = 'between connector and function';
  const body = Buffer.from('{"specversion":"1.0"}');
  const now = 1_700_000_000_000;
  const header = signEvent({ secret, body, now });

  it('carries the time in seconds and takes its own signature', () => {
    expect(header).to.match(/^t=1700000000,v1=[0-9a-f]{64}$/);
    verifyEventSignature({ header, body, secrets: [secret], now });
    verifyEventSignature({ header, body, secrets: ['new', secret], now });
  });

  for (const [seconds, ok] of [
    [-301, false],
    [-300, true],
    [0, true],
    [300, true],
    [301, false],
  ] as const) {
    it(`${ok ? 'takes' : 'refuses'} it when ${seconds} s have passed`, async () => {
      const verify = () => verifyEventSignature({ header, body, secrets: [secret], now: now + seconds * 1000 });
      if (ok) verify();
      else expect(await failureOf(verify)).to.have.property('code', 'signature-invalid');
    });
  }

  it('refuses a time that was changed to look fresh', async () => {
    const later = now + 600_000;
    const fresh = header.replace('t=1700000000', `t=${later / 1000}`);
    const error = await failureOf(() => verifyEventSignature({ header: fresh, body, secrets: [secret], now: later }));
    expect(error).to.have.property('code', 'signature-invalid');
  });

  it('says that the header is missing, and whose secret it is', async () => {
    const error = await failureOf(() => verifyEventSignature({ header: undefined, body, secrets: [secret], now }));
    expect(error).to.have.property('code', 'signature-missing');
    expect(error).to.have.property('hint').that.includes('connector-secret');
  });

  it('lets no changed header or body pass', async () => {
    const replace = fc.tuple(fc.nat(header.length - 1), fc.string({ maxLength: 3 })).map(([at, by]) => {
      return header.slice(0, at) + by + header.slice(at + 1);
    });
    const shaped = fc.stringMatching(/^t=1700000000,v1=[0-9a-f]{64}$/);
    await fc.assert(
      fc.asyncProperty(fc.oneof(replace, shaped, fc.string()), fc.uint8Array(), async (value, bytes) => {
        fc.pre(value !== header && !Buffer.from(bytes).equals(body));
        const error = await failureOf(() => verifyEventSignature({ header: value, body, secrets: [secret], now }));
        expect(error).to.have.property('code').that.is.oneOf(['signature-invalid', 'signature-missing']);
        await failureOf(() => verifyEventSignature({ header, body: Buffer.from(bytes), secrets: [secret], now }));
      }),
    );
  });
});
