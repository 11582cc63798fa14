import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { Config } from '#lib/config.js';
import { parseDuration } from '#lib/core/duration.js';
import { FunctionName } from '#lib/core/names.js';
import { keys } from '#lib/redis/keys.js';
import { REQUIRED_SECRETS } from '#lib/secrets.js';
import { ConnectorSettings } from '../../../functions/_connector/settings.js';
import { EVENT_PATH, SCHEDULES } from '../../local/functions.js';
import type { Facts, ProgramFacts, TemplateFacts } from './facts.js';

/** What the chart of OpenFaaS gives as upstream_timeout of its gateway. */
const GATEWAY_TIMEOUT_MS = 60_000;

const Template = z.object({ build_options: z.array(z.object({ name: z.string() })).default([]) });

const CONNECTOR: ProgramFacts = {
  requiredSecrets: ['connector-secret'],
  optionalSecrets: ['redis-password'],
  settings: ConnectorSettings.shape,
};

/** Reads the facts out of a checkout and its code. `env` may say RAIBID_GATEWAY_TIMEOUT. */
export function collectFacts(root: string, env: Readonly<Record<string, string | undefined>>): Facts {
  const names = FunctionName.options;
  return {
    programs: { ...Object.fromEntries(names.map((name) => [name, factsOf(name)])), connector: CONNECTOR },
    events: Object.fromEntries(
      names.map((name) => [name, { inbox: keys.inbox(name), path: EVENT_PATH, schedules: SCHEDULES[name] ?? [] }]),
    ),
    templates: readTemplates(join(root, 'templates')),
    look: (path) => look(join(root, path)),
    gatewayTimeoutMs: parseDuration(env['RAIBID_GATEWAY_TIMEOUT'] ?? '') ?? GATEWAY_TIMEOUT_MS,
    connectorTimeoutMs: ConnectorSettings.shape.upstream_timeout.parse(undefined),
  };
}

function factsOf(name: FunctionName): ProgramFacts {
  return {
    requiredSecrets: REQUIRED_SECRETS[name],
    optionalSecrets: ['redis-password'],
    settings: Config.shape,
  };
}

function readTemplates(folder: string): Record<string, TemplateFacts> {
  const found = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'template.yml')));
  return Object.fromEntries(
    found.map((name) => {
      const template = Template.parse(parse(readFileSync(join(folder, name, 'template.yml'), 'utf8')));
      return [name, { buildOptions: template.build_options.map((option) => option.name) }];
    }),
  );
}

function look(path: string): 'file' | 'folder' | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return null;
  return stats.isDirectory() ? 'folder' : 'file';
}
