import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { includesScope, type Scope } from '../core/scope.js';
import { RaibidError } from '../errors.js';

/** Who calls: the name of a token, and what it may do. */
export interface Caller {
  readonly name: string;
  readonly scope: Scope;
}

/** Makes the middleware that lets only tokens with this scope pass: unauthorized or forbidden otherwise. */
export type RequireScope = (scope: Scope) => RequestHandler;

/** `findToken` looks a token up by its SHA-256 in hex; tokens themselves are stored nowhere. */
export function createAuthorizer({
  readAdminToken,
  findToken,
}: {
  readAdminToken: () => Promise<string>;
  findToken: (sha256hex: string) => Promise<Caller | null>;
}): RequireScope {
  async function identify(token: string): Promise<Caller> {
    const digest = sha256(token);
    if (timingSafeEqual(digest, sha256(await readAdminToken()))) return { name: 'admin-token', scope: 'admin' };
    const caller = await findToken(digest.toString('hex'));
    if (caller === null) throw new RaibidError('unauthorized', 'The bearer token is not known.');
    return caller;
  }

  return (scope) => async (req, res, next) => {
    const caller = await identify(readBearerToken(req));
    // The access log names who called.
    res.locals['caller'] = caller.name;
    if (includesScope(caller.scope, scope)) {
      next();
      return;
    }
    res.setHeader('WWW-Authenticate', `Bearer realm="raibid", error="insufficient_scope", scope="${scope}"`);
    throw new RaibidError(
      'forbidden',
      `This call needs the scope "${scope}"; the token "${caller.name}" has "${caller.scope}".`,
    );
  };
}

/** How a token is stored and looked up. */
export function hashToken(token: string): string {
  return sha256(token).toString('hex');
}

function readBearerToken(req: IncomingMessage): string {
  const [header, ...more] = req.headersDistinct['authorization'] ?? [];
  if (header === undefined) throw new RaibidError('unauthorized', 'The Authorization header is missing.');
  // node would silently take the first of several.
  if (more.length > 0) throw new RaibidError('unauthorized', 'There is more than one Authorization header.');
  const token = /^Bearer +([A-Za-z0-9._~+/=-]{1,512})$/i.exec(header)?.[1];
  if (token === undefined) throw new RaibidError('unauthorized', 'The Authorization header must be "Bearer <token>".');
  return token;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
