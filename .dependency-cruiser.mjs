// The arrows of the design: core ← rooms of functions/_lib ← functions, _agent, _connector; cli → HTTP only, except cli/local.
const FUNCTIONS = '^functions/(enqueue|dispatch|mirror-sync|cache-warm|status)/';
const PURE = '^functions/_lib/(core/|errors\\.ts$)';

/** @param {string} name @param {string} comment @param {object} from @param {object} to */
const forbid = (name, comment, from, to) => ({ name, comment, severity: /** @type {const} */ ('error'), from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    forbid('no-cycles', 'Two files that need each other are one idea, or three.', {}, { circular: true }),
    forbid('no-unresolved', 'Every import leads somewhere.', {}, { couldNotResolve: true }),
    forbid(
      'core-is-pure',
      'core holds rules without I/O: of packages it knows zod and yaml, of Node nothing but crypto.',
      { path: '^functions/_lib/core/' },
      { pathNot: ['^functions/_lib/(core/|errors\\.ts$)', '^node_modules/(zod|yaml)/', '^(node:)?crypto$'] },
    ),
    forbid(
      'lib-knows-no-program',
      'Shared code does not know who uses it.',
      { path: '^functions/_lib/' },
      { path: '^(cli|test|templates|functions/(?!_lib/))' },
    ),
    forbid(
      'functions-stand-alone',
      'A function is deployed alone: it speaks to another by an event, never by an import.',
      { path: '^functions/((?!_)[^/]+)/' },
      { path: '^functions/(?!_lib/)', pathNot: '^functions/$1/' },
    ),
    forbid(
      'programs-stand-alone',
      'The agent and the connector use shared code only, and not each other.',
      { path: '^functions/(_agent|_connector)/' },
      { path: '^(cli/|functions/(?!_lib/))', pathNot: '^functions/$1/' },
    ),
    forbid(
      'only-local-starts-programs',
      'Functions, agent and connector are programs; only the local platform runs them in its own process. The linter of stack files reads what they ask for.',
      { path: '^(cli|templates)/', pathNot: '^cli/(local|dev)/' },
      { path: `^functions/(_agent|_connector)/|${FUNCTIONS}` },
    ),
    forbid(
      'cli-speaks-http',
      'The CLI sees a platform through HTTP only; pure rules and the error type are all it shares.',
      { path: '^cli/', pathNot: '^cli/(local|dev)/' },
      { path: '^functions/', pathNot: PURE },
    ),
    forbid(
      'only-up-and-demo-are-local',
      'Of the commands only up and demo run the platform.',
      { path: '^cli/', pathNot: '^cli/(local/|dev/|commands/(up|demo)[./])' },
      { path: '^cli/local/' },
    ),
    forbid(
      'bootstrap-needs-nothing',
      'It runs before node_modules exist.',
      { path: '^cli/(bootstrap|raibid)' },
      { dependencyTypesNot: ['core', 'local'] },
    ),
    forbid(
      'product-without-tests',
      'Tests import all; nothing imports tests.',
      { path: '^(cli|functions|templates)/' },
      { path: '^test/' },
    ),
    forbid(
      'product-without-dev-packages',
      'What is bundled is a dependency; the tools of cli/dev and the bundler are not bundled.',
      { path: '^(cli|functions)/', pathNot: '^cli/dev/' },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    ),
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^dist/'] },
    exclude: { path: ['^test/fixtures/', '^dist/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.mjs', '.js', '.json', '.d.ts'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
