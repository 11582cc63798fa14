import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { listFromFile } from '../../../../functions/_connector/discover/from-file.js';

describe('functions by a file', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'raibid-functions-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  async function list(text: string) {
    const file = join(directory, 'functions.yml');
    await writeFile(file, text);
    return listFromFile(file)();
  }

  async function problem(text: string): Promise<string> {
    return list(text).then(
      () => '',
      (error: unknown) => (error instanceof Error ? error.message : ''),
    );
  }

  it('reads a stack.yml: annotations, whatever their scalar is, and nothing else', async () => {
    const functions = await list(`
version: 1.0
provider: { name: openfaas, gateway: '\${OPENFAAS_URL:-http://127.0.0.1:8080}' }
functions:
  resize:
    lang: typescript
    image: \${IMAGES:-localhost:5001/x}/resize:\${TAG:-latest}
    annotations: &common
      topic: redis:photos
      raibid.dev/concurrency: 3
  thumb:
    namespace: staging
    annotations:
      <<: *common
      raibid.dev/timeout: 10s
  bare:
`);
    expect(functions).to.deep.equal([
      { name: 'resize', namespace: '', annotations: { topic: 'redis:photos', 'raibid.dev/concurrency': '3' } },
      {
        name: 'thumb',
        namespace: 'staging',
        annotations: { topic: 'redis:photos', 'raibid.dev/concurrency': '3', 'raibid.dev/timeout': '10s' },
      },
      { name: 'bare', namespace: '', annotations: {} },
    ]);
  });

  it('says what is wrong, and where', async () => {
    expect(await problem('{')).to.match(/functions\.yml is no YAML: /);
    expect(await problem('functions: [a]')).to.match(/functions\.yml is no stack\.yml: functions: /);
    expect(await problem('functions: {a: {annotations: {topic: [1]}}}')).to.contain('functions.a.annotations.topic');
  });
});
