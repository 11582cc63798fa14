import { DEFAULT_PIPELINE, DEFAULT_TIMEOUT_MS, type Pipeline, readPipeline } from '#lib/core/pipeline.js';
import { expect } from 'chai';
import fc from 'fast-check';

function read(text: string): Pipeline {
  const reading = readPipeline(text);
  if (!reading.ok) throw new Error(reading.problems.join('\n'));
  return reading.pipeline;
}

function problemsOf(text: string): readonly string[] {
  const reading = readPipeline(text);
  if (reading.ok) throw new Error('no problem found');
  return reading.problems;
}

describe('.raibid.yml', () => {
  it('may say nothing', () => {
    for (const text of ['', '\n', '# nothing', '{}', '---', 'null']) expect(read(text)).to.deep.equal(DEFAULT_PIPELINE);
    expect(DEFAULT_PIPELINE).to.deep.equal({
      env: {},
      timeout: DEFAULT_TIMEOUT_MS,
      priority: 0,
      retry: { onLost: true },
    });
  });

  it('may say everything', () => {
    const text = `
agent: rust
branches: [main, 'release/**']
env: { LEVEL: 3, LOUD: true, NAME: x }
steps:
  - name: test
    run: cargo test
    env: { A: b }
    timeout: 5m
  - run: |
      cargo doc
      echo done
timeout: 1h
concurrency: { group: deploy, limit: 2 }
priority: -5
retry: { onLost: false }
`;
    expect(read(text)).to.deep.equal({
      agent: 'rust',
      branches: ['main', 'release/**'],
      env: { LEVEL: '3', LOUD: 'true', NAME: 'x' },
      steps: [
        { name: 'test', run: 'cargo test', env: { A: 'b' }, timeout: 300_000 },
        { run: 'cargo doc\necho done\n', env: {} },
      ],
      timeout: 3_600_000,
      concurrency: { group: 'deploy', limit: 2 },
      priority: -5,
      retry: { onLost: false },
    });
    expect(read('concurrency: deploy').concurrency).to.deep.equal({ group: 'deploy', limit: 1 });
  });

  for (const [what, text, ...problems] of [
    ['an unknown key', 'env: {}\nbranch: main\n', /:2: branch: /],
    ['an unknown key of a step', 'steps:\n  - run: x\n    shell: sh\n', /:3: steps\.0\.shell: /],
    ['a wrong type', 'priority: 1\n\nsteps: cargo test\n', /:3: steps: .*array/],
    ['a missing key', 'env: {}\nsteps:\n  - name: x\n', /:3: steps\.0\.run: /],
    ['a number out of range', 'priority: 101', /:1: priority: /],
    ['a duration that is none', 'timeout: soon', /:1: timeout: must be a duration/],
    ['a duration without end', 'timeout: .inf', /:1: timeout: must be a duration/],
    ['a group that is none', 'concurrency: { group: "a b" }', /:1: concurrency: group must be/],
    ['a limit of none', 'concurrency:\n  group: a\n  limit: 0\n', /:3: concurrency\.limit: /],
    ['a group of a wrong type', 'concurrency: 7', /:1: concurrency: must be a group/],
    ['a variable of ours', 'env:\n  A: b\n  RAIBID_X: y\n', /:3: env\.RAIBID_X: .*/],
    ['a variable name that is none', 'env: { "a b": c }', /:1: env\.a b: /],
    ['a NUL', 'steps:\n  - run: "a\\0b"\n', /:2: steps\.0\.run: .*NUL/],
    ['no steps', 'steps: []', /:1: steps: /],
    ['a list', '- a', /:1: file: .*object/],
    ['a text', 'hello', /:1: file: .*object/],
    ['a duplicate key', 'priority: 1\npriority: 2\n', /:2:1: .*unique/],
    ['broken YAML', 'steps:\n  - run: [\n', /:\d+:\d+: /],
    ['two documents', 'priority: 1\n---\npriority: 2\n', /:\d+:\d+: /],
    ['several problems', 'priority: x\nfoo: 1\nbar: 2\n', /:1: priority: /, /:2: foo: /, /:3: bar: /],
  ] as const) {
    it(`names the line and the key of ${what}`, () => {
      const found = problemsOf(text);
      expect(found).to.have.length(problems.length);
      for (const [i, problem] of problems.entries())
        expect(found[i])
          .to.match(problem)
          .and.match(/^\.raibid\.yml:/);
    });
  }

  for (const [what, text] of [
    [
      'aliases that multiply',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'.replace(/./g, (c) => `${c}: &${c} [${`*${String.fromCharCode(c.charCodeAt(0) - 1)},`.repeat(9)}]\n`)}`,
    ],
    ['an alias of itself', 'env: &a { A: *a }'],
    ['deep nesting', '['.repeat(60_000)],
    ['deep nesting that is closed', `a: ${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['a huge file', `env: { A: "${'x'.repeat(200_000)}" }`],
    ['prototypes', '__proto__: { agent: rust }\nconstructor: { prototype: { agent: rust } }'],
    ['a function', 'steps: !!js/function "function () {}"'],
    ['binary', '\0\u0001\ufffe'],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(problemsOf(text)).to.not.deep.equal([]);
    });
  }

  it('answers whatever comes', () => {
    const word = fc.constantFrom(
      'steps',
      'run',
      'env',
      ':',
      ' ',
      '\n',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '&a',
      '*a',
      '"',
      '#',
      '|',
      '!!',
      '<<',
      '?',
      '0',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((words) => words.join('')),
        ),
        (text) => {
          expect(readPipeline(text)).to.have.property('ok');
        },
      ),
      { numRuns: 500 },
    );
  });
});
