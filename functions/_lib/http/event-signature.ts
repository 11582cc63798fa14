import { RaibidError } from '../errors.js';
import { hmacSha256, matchesSomeSecret } from './hmac.js';

export const EVENT_SIGNATURE_HEADER = 'X-Raibid-Signature';

/** An older signature may be a replay; one from further in the future, a clock that is wrong. */
const MAX_AGE_SECONDS = 300;

const HINT = 'Connector and function must hold the same DIR/secrets/connector-secret, and their clocks must agree.';

/** The value of `X-Raibid-Signature` for a body. `now` is in Unix milliseconds. */
export function signEvent({ secret, body, now }: { secret: string; body: Buffer; now: number }): string {
  const seconds = String(Math.floor(now / 1000));
  return `t=${seconds},v1=${hmacSha256(secret, `${seconds}.`, body).toString('hex')}`;
}

/**
 * Checks `X-Raibid-Signature` over the raw bytes of a body, against each of the secrets; at most 5 minutes from `now` (Unix ms).
 * Throws signature-missing or signature-invalid.
 */
export function verifyEventSignature({
  header,
  body,
  secrets,
  now,
}: {
  header: string | undefined;
  body: Buffer;
  secrets: readonly string[];
  now: number;
}): void {
  if (header === undefined || header === '') {
    throw new RaibidError('signature-missing', `The header ${EVENT_SIGNATURE_HEADER} is missing.`, { hint: HINT });
  }
  const [, seconds, hex] = /^t=([0-9]{1,12}),v1=([0-9a-f]{64})$/.exec(header) ?? [];
  if (seconds === undefined || hex === undefined) {
    throw invalid(`${EVENT_SIGNATURE_HEADER} must be t=<unix seconds>,v1=<64 lower-case hex digits>.`);
  }
  if (!matchesSomeSecret(Buffer.from(hex, 'hex'), secrets, `${seconds}.`, body)) {
    throw invalid(`${EVENT_SIGNATURE_HEADER} does not fit the body and the connector secret.`);
  }
  const age = now / 1000 - Number(seconds);
  if (Math.abs(age) > MAX_AGE_SECONDS) {
    const distance = `${Math.round(Math.abs(age))} s ${age > 0 ? 'old' : 'in the future'}`;
    throw invalid(`${EVENT_SIGNATURE_HEADER} is ${distance}; at most ${MAX_AGE_SECONDS} s are allowed.`);
  }
}

function invalid(message: string): RaibidError {
  return new RaibidError('signature-invalid', message, { hint: HINT });
}
