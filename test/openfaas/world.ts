import type { Room } from '#lib/redis/room.js';
import type { Client } from '../../cli/client.js';
import type { PlatformApi } from '../support/platform-api.js';
import type { Gateway } from './gateway.js';
import type { ProofSettings } from './settings.js';

export interface ProofSecrets {
  readonly admin: string;
  readonly webhook: string;
  readonly connector: string;
}

/** What a proof works with. */
export interface World {
  readonly settings: ProofSettings;
  readonly gateway: Gateway;
  readonly secrets: ProofSecrets;
  /** Name of the build, and of an agent type that nobody else serves. */
  readonly build: string;
  readonly api: PlatformApi;
  readonly client: Client;
  readonly room: Room;
  /** Name of the mirror that the proofs use. */
  readonly repo: string;
  /** The head of its upstream's default branch. */
  readonly ref: string;
  readonly sha: string;
  /** Deploys again, under another name of the build, and answers that name. */
  redeploy(): Promise<string>;
  /** Ends a function's pod at once; null where there is no kubectl. */
  readonly killPod: ((fn: string) => Promise<void>) | null;
}

/** Answers in a few words what it saw; throws when it did not hold. */
export interface Proof {
  readonly name: string;
  run(world: World): Promise<string>;
}

/** Thrown by a proof whose means are not here: it is said by name, and is no success. */
export class NotAvailable extends Error {}
