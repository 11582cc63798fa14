import tseslint from 'typescript-eslint';

const REDIS_ROOM = 'functions/_lib/redis/**';
const MAY_SPEAK_REDIS = ['test/contract/**', 'test/support/**', 'test/bench/**', 'test/openfaas/**'];

export default tseslint.config(
  // build/ is where faas-cli puts what it builds from.
  { ignores: ['build/', 'dist/', 'coverage/', 'node_modules/', 'test/fixtures/', '**/*.generated.ts'] },
  ...tseslint.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', { max: 250, skipBlankLines: false, skipComments: false }],
      'object-shorthand': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      // The compiler tells unused variables already.
      '@typescript-eslint/no-unused-vars': 'off',
    },
  },
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['**/*.cjs'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    // chai's `expect(x).to.be.true` is an expression.
    files: ['test/**'],
    rules: { '@typescript-eslint/no-unused-expressions': 'off' },
  },
  {
    // The Redis room is the only place that knows the client and the names of keys.
    files: ['{cli,functions,templates,test}/**'],
    ignores: [REDIS_ROOM, ...MAY_SPEAK_REDIS],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [{ name: 'ioredis', message: 'Only functions/_lib/redis sends commands: call one of its functions.' }],
        },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'Literal[value=/^raibid:(?! )/]',
          message: 'Only functions/_lib/redis names keys: call one of its functions.',
        },
        {
          selector: 'TemplateElement[value.raw=/^raibid:(?! )/]',
          message: 'Only functions/_lib/redis names keys: call one of its functions.',
        },
        { selector: "ImportExpression[source.value='ioredis']", message: 'Only functions/_lib/redis sends commands.' },
        {
          selector: "MemberExpression[object.name=/[rR]oom$/][property.name='redis']",
          message: 'Only functions/_lib/redis sends commands: call one of its functions.',
        },
      ],
    },
  },
);
