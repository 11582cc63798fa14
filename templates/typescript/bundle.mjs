// The one place that knows how to turn sources into programs.
//   node bundle.mjs                   the CLI and the agent, into dist/
//   node bundle.mjs ENTRY OUTFILE     one program, one small file (a function in its image)
import { build } from 'esbuild';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

const KEEP_OLD_PARTS_MS = 24 * 60 * 60 * 1000;

/** @type {import('esbuild').BuildOptions} */
const options = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  conditions: ['source'],
  sourcemap: 'linked',
  outExtension: { '.js': '.mjs' },
  // CommonJS dependencies expect these three; `var`, so that a source of ours may declare its own.
  banner: {
    js: [
      "import { createRequire as __createRequire } from 'node:module';",
      "import { fileURLToPath as __fileURLToPath } from 'node:url';",
      'var require = __createRequire(import.meta.url);',
      'var __filename = __fileURLToPath(import.meta.url);',
      "var __dirname = __fileURLToPath(new URL('.', import.meta.url));",
    ].join(''),
  },
  logLevel: 'warning',
};

/** A map that knows where the first token of a file is from, and no more. */
const EMPTY_MAP = Buffer.from('{"version":3,"sources":["package"],"mappings":"AAAA"}').toString('base64');

/**
 * Keeps packages out of the source map, of which they would be nine tenths: in a stack trace their functions have names, ours lines.
 * @type {import('esbuild').Plugin}
 */
const mapOwnSources = {
  name: 'map-own-sources',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]node_modules[/\\].*\.[cm]?js$/ }, async ({ path }) => ({
      contents: `${await readFile(path, 'utf8')}\n//# sourceMappingURL=data:application/json;base64,${EMPTY_MAP}`,
      loader: 'js',
    }));
  },
};

/** @type {import('esbuild').BuildOptions} names are kept: logs and error types show them */
const small = { minify: true, keepNames: true, sourcesContent: false, plugins: [mapOwnSources] };

/**
 * Builds one program into one file (and its source map beside it).
 * @param {{entry: string, outfile: string}} program paths, absolute or from the working directory
 * @param {import('esbuild').BuildOptions} [more]
 */
export async function bundleProgram({ entry, outfile }, more) {
  const main = basename(outfile);
  await intoPlace(dirname(resolve(outfile)), main, (outdir) =>
    build({ ...options, ...more, entryPoints: [{ in: entry, out: basename(main, '.mjs') }], outdir }),
  );
}

/**
 * Builds a program whose lazily imported parts stay files of their own.
 * @param {{entry: string, outdir: string}} program writes `<outdir>/<name of entry>.mjs` and its parts; the folder is its own
 */
export async function bundleInParts({ entry, outdir }) {
  const built = await intoPlace(resolve(outdir), `${basename(entry, '.ts')}.mjs`, (into) =>
    build({ ...options, entryPoints: [entry], outdir: into, splitting: true, chunkNames: '[name]-[hash]' }),
  );
  await dropOldParts(resolve(outdir), new Set(built));
}

/**
 * Builds all that runs from a checkout: `dist/cli/main.mjs` and `dist/agent.mjs`.
 * @param {string} root the checkout
 */
export async function bundleCheckout(root) {
  await Promise.all([
    bundleInParts({ entry: join(root, 'cli/main.ts'), outdir: join(root, 'dist/cli') }),
    bundleProgram({ entry: join(root, 'functions/_agent/main.ts'), outfile: join(root, 'dist/agent.mjs') }),
  ]);
}

/**
 * Builds beside the target, then renames file by file, the entry last: whoever starts or imports at any moment finds whole files.
 * @param {string} target
 * @param {string} main
 * @param {(outdir: string) => Promise<unknown>} work
 * @returns {Promise<string[]>} names of the files now in place
 */
async function intoPlace(target, main, work) {
  await mkdir(target, { recursive: true });
  const staging = await mkdtemp(join(target, '.bundle-'));
  try {
    await work(staging);
    const built = await readdir(staging);
    const mainLast = built.filter((name) => name !== main).concat(main);
    for (const name of mainLast) await rename(join(staging, name), join(target, name));
    return built;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/**
 * A platform that runs since before this build may still import its parts: they stay for a day after they were replaced.
 * @param {string} dir
 * @param {Set<string>} built
 */
async function dropOldParts(dir, built) {
  const now = Date.now();
  for (const name of await readdir(dir)) {
    const path = join(dir, name);
    if (built.has(name)) await utimes(path, now / 1000, now / 1000);
    else if ((await stat(path)).mtimeMs < now - KEEP_OLD_PARTS_MS) await rm(path, { recursive: true, force: true });
  }
}

if (argv[1] !== undefined && resolve(argv[1]) === fileURLToPath(import.meta.url)) {
  const [entry, outfile] = argv.slice(2);
  if (entry !== undefined && outfile !== undefined) await bundleProgram({ entry, outfile }, small);
  else await bundleCheckout(fileURLToPath(new URL('../..', import.meta.url)));
}
