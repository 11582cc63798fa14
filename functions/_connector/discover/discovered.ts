import { z } from 'zod';

/** A function as the gateway, Kubernetes or a file tell of it. */
export interface Discovered {
  readonly name: string;
  /** '' where there are none. */
  readonly namespace: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Asks for all functions that there are. Rejects when that can't be told. */
export type ListFunctions = () => Promise<readonly Discovered[]>;

/** A name that Kubernetes and OpenFaaS take; it ends up in URLs and keys. */
export const Label = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'must be a name such as "resize-image"');
