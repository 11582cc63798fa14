import { signWebhook, verifyWebhookSignature } from '#lib/http/webhook-signature.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { failureOf } from './failure-of.js';

describe('webhook signature', () => {
  // From GitHub's documentation on validating deliveries.
  const secret = "It's a Secret to Everybody";
  const body = Buffer.from('Hello, World!');
  const header = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';

  it("makes and takes GitHub's own example", () => {
    expect(signWebhook(secret, body)).to.equal(header);
    verifyWebhookSignature({ header, body, secrets: [secret] });
  });

  it('takes either secret of a rotation, in any order', () => {
    verifyWebhookSignature({ header, body, secrets: ['new', secret] });
    verifyWebhookSignature({ header, body, secrets: [secret, 'new'] });
  });

  for (const missing of [undefined, '']) {
    it(`calls ${JSON.stringify(missing)} missing`, async () => {
      const error = await failureOf(() => verifyWebhookSignature({ header: missing, body, secrets: [secret] }));
      expect(error).to.include({ code: 'signature-missing', status: 401 });
    });
  }

  for (const malformed of [
    'x',
    'sha256=',
    header.slice(0, -1),
    `${header}0`,
    ` ${header}`,
    `${header}\n`,
    header.toUpperCase(),
    header.replace('sha256', 'sha1'),
    header.slice('sha256='.length),
    `${header}, ${header}`,
    `sha256=${'g'.repeat(64)}`,
    `sha256=${'é'.repeat(64)}`,
  ]) {
    it(`refuses ${JSON.stringify(malformed)}`, async () => {
      const error = await failureOf(() => verifyWebhookSignature({ header: malformed, body, secrets: [secret] }));
      expect(error).to.include({ code: 'signature-invalid', status: 401 });
    });
  }

  it('refuses when there is no secret at all', async () => {
    const error = await failureOf(() => verifyWebhookSignature({ header, body, secrets: [] }));
    expect(error).to.have.property('code', 'signature-invalid');
  });

  it('lets no changed signature, body or secret pass', async () => {
    const replace = fc.tuple(fc.nat(header.length - 1), fc.string({ maxLength: 3 })).map(([at, by]) => {
      return header.slice(0, at) + by + header.slice(at + 1);
    });
    const mutated = fc
      .oneof(replace, fc.string(), fc.stringMatching(/^sha256=[0-9a-f]{64}$/))
      .filter((value) => value !== header);
    await fc.assert(
      fc.asyncProperty(mutated, async (value) => {
        await failureOf(() => verifyWebhookSignature({ header: value, body, secrets: [secret] }));
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), fc.string(), async (bytes, other) => {
        const otherBody = Buffer.from(bytes);
        fc.pre(!otherBody.equals(body) && other !== secret);
        await failureOf(() => verifyWebhookSignature({ header, body: otherBody, secrets: [secret] }));
        await failureOf(() => verifyWebhookSignature({ header, body, secrets: [other] }));
      }),
    );
  });
});
