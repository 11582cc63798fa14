import { createHmac, timingSafeEqual } from 'node:crypto';

/** HMAC-SHA256 of the parts, one after the other. */
export function hmacSha256(secret: string, ...parts: readonly (string | Buffer)[]): Buffer {
  const hmac = createHmac('sha256', secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

/** Whether one of the secrets made this MAC. All are tried, so that time doesn't tell which one did. */
export function matchesSomeSecret(
  mac: Buffer,
  secrets: readonly string[],
  ...parts: readonly (string | Buffer)[]
): boolean {
  let matches = false;
  for (const secret of secrets) {
    const expected = hmacSha256(secret, ...parts);
    if (mac.length === expected.length && timingSafeEqual(mac, expected)) matches = true;
  }
  return matches;
}
