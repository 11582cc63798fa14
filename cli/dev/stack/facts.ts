import type { z } from 'zod';

/** What the code says about a program: the other half of what stands in the stack file. */
export interface ProgramFacts {
  /** Without these it refuses to start. */
  readonly requiredSecrets: readonly string[];
  /** Read where they are there. */
  readonly optionalSecrets: readonly string[];
  /** Its settings, by name. */
  readonly settings: Readonly<Record<string, z.ZodType>>;
}

/** What the local platform does with a function, which OpenFaaS shall do too. */
export interface EventFacts {
  /** Redis key of its inbox. */
  readonly inbox: string;
  readonly path: string;
  readonly schedules: readonly { readonly type: string; readonly everyMs: number }[];
}

export interface TemplateFacts {
  readonly buildOptions: readonly string[];
}

/** Everything outside of the stack file that its rules compare it with. */
export interface Facts {
  /** By name of the function or image. */
  readonly programs: Readonly<Record<string, ProgramFacts | undefined>>;
  readonly events: Readonly<Record<string, EventFacts | undefined>>;
  /** By language. */
  readonly templates: Readonly<Record<string, TemplateFacts | undefined>>;
  /** What a path, relative to the stack file, is. */
  readonly look: (path: string) => 'file' | 'folder' | null;
  /** The longest answer that the gateway waits for. */
  readonly gatewayTimeoutMs: number;
  /** The longest that the connector waits for a function without an annotation that says so. */
  readonly connectorTimeoutMs: number;
}
