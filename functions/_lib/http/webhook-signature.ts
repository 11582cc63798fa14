import { RaibidError } from '../errors.js';
import { hmacSha256, matchesSomeSecret } from './hmac.js';

/** The value of `X-Hub-Signature-256` for a body, as GitHub makes it. */
export function signWebhook(secret: string, body: Buffer): string {
  return `sha256=${hmacSha256(secret, body).toString('hex')}`;
}

/**
 * Checks `X-Hub-Signature-256` over the raw bytes of a body, against each of the secrets.
 * Throws signature-missing or signature-invalid.
 */
export function verifyWebhookSignature({
  header,
  body,
  secrets,
}: {
  header: string | undefined;
  body: Buffer;
  secrets: readonly string[];
}): void {
  if (header === undefined || header === '') {
    throw new RaibidError('signature-missing', 'The header X-Hub-Signature-256 is missing.');
  }
  const hex = /^sha256=([0-9a-f]{64})$/.exec(header)?.[1];
  if (hex === undefined) {
    throw new RaibidError('signature-invalid', 'X-Hub-Signature-256 must be "sha256=" and 64 lower-case hex digits.');
  }
  if (!matchesSomeSecret(Buffer.from(hex, 'hex'), secrets, body)) {
    throw new RaibidError('signature-invalid', 'X-Hub-Signature-256 does not fit the body and the webhook secret.');
  }
}
