import { expect } from 'chai';
import { z } from 'zod';
import { checkStack } from '../../../cli/dev/stack/check-stack.js';
import type { Facts } from '../../../cli/dev/stack/facts.js';
import type { Finding } from '../../../cli/dev/stack/finding.js';
import type { StackKind } from '../../../cli/dev/stack/read-stack.js';

/** A stack of two functions without a fault. */
export const SAMPLE = `version: 1.0
provider:
  name: openfaas
  gateway: \${OPENFAAS_URL:-http://127.0.0.1:8080}
configuration:
  copy:
    - lib
    - package.json
functions:
  greet:
    lang: typescript
    handler: ./functions/greet
    image: \${IMAGES:-localhost:5001/ada}/greet:latest
    build_options: [git]
    readonly_root_filesystem: true
    secrets: [sign, redis-password]
    environment: &environment
      RAIBID_LEVEL: info
      exec_timeout: 20s
      write_timeout: 25s
      read_timeout: 25s
    annotations:
      topic: redis:inbox:greet
      raibid.dev/path: /_event
      raibid.dev/schedule: timer.tick=1s
      raibid.dev/concurrency: "8"
      raibid.dev/timeout: 30s
    labels:
      com.openfaas.scale.max: "1"
    requests: { cpu: 50m, memory: 96Mi }
    limits: { cpu: "1", memory: 256Mi }
  count:
    lang: typescript
    handler: ./functions/count
    image: \${IMAGES:-localhost:5001/ada}/count:latest
    environment:
      <<: *environment
      exec_timeout: 10s
`;

/** An image that is only built, without a fault. */
export const SAMPLE_IMAGE = `version: 1.0
provider:
  name: openfaas
  gateway: http://this-is-not-a-function.invalid
functions:
  worker:
    lang: worker
    handler: ./functions/worker
    image: localhost:5001/ada/worker:latest
    secrets: [this-is-not-a-function]
`;

const FOLDERS = new Set(['./functions/greet', './functions/count', './functions/worker', 'lib']);

export const FACTS: Facts = {
  programs: {
    greet: {
      requiredSecrets: ['sign'],
      optionalSecrets: ['redis-password'],
      settings: { RAIBID_LEVEL: z.enum(['info', 'debug']) },
    },
  },
  events: { greet: { inbox: 'inbox:greet', path: '/_event', schedules: [{ type: 'timer.tick', everyMs: 1000 }] } },
  templates: { typescript: { buildOptions: ['git'] }, worker: { buildOptions: [] } },
  look: (path) =>
    FOLDERS.has(path) ? 'folder' : path === 'package.json' || path.endsWith('/handler.ts') ? 'file' : null,
  gatewayTimeoutMs: 60_000,
  connectorTimeoutMs: 20_000,
};

export function check(source: string, { kind = 'functions', env = {} }: { kind?: StackKind; env?: object } = {}) {
  return checkStack(source, { kind, env: { ...env }, facts: FACTS });
}

/** One thing wrong with the sample: what to replace, what is then found, and the text that stands at the place of the finding. */
export interface Fault {
  readonly it: string;
  readonly replace: string;
  readonly by: string;
  readonly where: string;
  readonly what: RegExp;
  readonly fix: RegExp;
  readonly at: string;
}

/** Defines a test for each fault: it, and nothing else, is found, at its place. */
export function testFaults(faults: readonly Fault[], kind: StackKind = 'functions'): void {
  for (const fault of faults) {
    it(fault.it, () => {
      const source = breakSample(kind === 'functions' ? SAMPLE : SAMPLE_IMAGE, fault);
      const [finding, ...others] = check(source, { kind });
      expect(others).to.deep.equal([]);
      expect(finding).to.include({ where: fault.where });
      expect(finding?.what).to.match(fault.what);
      expect(finding?.fix).to.match(fault.fix);
      expect(textAt(source, finding)).to.satisfy((text: string) => text.startsWith(fault.at), `found at ${fault.at}`);
    });
  }
}

function breakSample(source: string, { replace, by }: Fault): string {
  if (!source.includes(replace)) throw new Error(`the sample has no ${replace}`);
  return source.replace(replace, () => by);
}

export function textAt(source: string, finding: Finding | undefined): string {
  const { line, column } = finding?.at ?? { line: 0, column: 0 };
  return (source.split('\n')[line - 1] ?? '').slice(column - 1);
}
