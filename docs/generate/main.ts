import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { generateCommands } from '#lib/redis/commands/generate.js';
import { generateManifests } from '../../cli/dev/manifests/generate-manifests.js';
import { generateOpenApi } from './openapi.js';
import { writePipelineSchema } from './pipeline-schema.js';
import { writeConfigPage, writeErrorPage, writeHttpPage, writeStatePage } from './pages.js';

// `npm run generate` writes what is generated; with --check it only says what is out of step.
const root = new URL('../../', import.meta.url);
const { version } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as { version: string };
const readText = (name: string) => readFile(new URL(name, root), 'utf8');
const openapi = JSON.stringify(generateOpenApi(version), null, 2);

const FILES: Readonly<Record<string, string>> = {
  'functions/_lib/redis/commands.generated.ts': generateCommands(),
  'functions/status/openapi.generated.ts': `// Generated from the routes by docs/generate: do not edit.\nexport const OPENAPI: object = ${openapi};\n`,
  'docs/reference/raibid.schema.json': writePipelineSchema(),
  'docs/reference/errors.md': writeErrorPage(),
  'docs/reference/http.md': writeHttpPage(),
  'docs/reference/config.md': writeConfigPage(),
  'docs/diagrams/job-states.md': writeStatePage(),
  ...generateManifests(await readText('stack.yml'), await readText('connector.yml')),
};

const stale: string[] = [];
for (const [name, text] of Object.entries(FILES)) {
  const file = new URL(name, root);
  const before = await readFile(file, 'utf8').catch(() => '');
  if (before === text) continue;
  stale.push(name);
  if (process.argv.includes('--check')) continue;
  await mkdir(new URL('.', file), { recursive: true });
  await writeFile(file, text);
}
if (process.argv.includes('--check') && stale.length > 0) {
  console.error(`out of step, run npm run generate: ${stale.join(', ')}`);
  process.exitCode = 1;
}
