import { expect } from 'chai';
import { generateManifests } from '../../../../cli/dev/manifests/generate-manifests.js';
import { collectSettings, readWorkloads } from '../../../../cli/dev/manifests/read-workloads.js';
import { SAMPLE, SAMPLE_IMAGE } from '../sample-stack.js';
import { Deployment, Kustomization, readDocuments, readOne, select } from './read-manifests.js';

const FUNCTIONS = 'gitops/apps/functions';
const deploy = (source: string) =>
  select(Deployment, readDocuments(generateManifests(source, SAMPLE_IMAGE), FUNCTIONS))[0];

describe('manifests: what a stack file says', () => {
  it('what is a variable is a setting, with its default, whatever the shell says', () => {
    const source = SAMPLE.replace('RAIBID_LEVEL: info', 'RAIBID_LEVEL: ${PATH:-info}\n      PRICE: $$5');
    const [greet, count] = readWorkloads(source, 'functions');
    expect(greet?.settings).to.deep.equal({ RAIBID_LEVEL: 'info' });
    expect(greet?.environment).to.include({ exec_timeout: '20s', PRICE: '$5' });
    expect(count?.settings).to.deep.equal({ RAIBID_LEVEL: 'info' });
    expect(count?.environment).to.include({ exec_timeout: '10s', write_timeout: '25s' });
    expect(greet?.image).to.equal('localhost:5001/ada/greet:latest');
  });

  it('two defaults for one setting are refused', () => {
    const source = SAMPLE.replace('RAIBID_LEVEL: info', 'RAIBID_LEVEL: ${LEVEL:-info}').replace(
      'exec_timeout: 10s',
      'RAIBID_LEVEL: ${LEVEL:-debug}',
    );
    expect(() => collectSettings(readWorkloads(source, 'functions'))).to.throw(/count .*RAIBID_LEVEL.*debug, not info/);
  });

  it('a file that faas-cli would refuse is refused, with the line', () => {
    expect(() => readWorkloads(SAMPLE.replace('info', '"${{ x }}"'), 'functions')).to.throw(/^line 18: .*refuse/);
    expect(() => readWorkloads(SAMPLE.replace(/ +image: .*greet.*\n/, ''), 'functions')).to.throw(/greet has no image/);
  });

  it('what looks like a number or a flag stays text', () => {
    const source = SAMPLE.replace(
      'RAIBID_LEVEL: info',
      'A: 1.50\n      B: true\n      C: "on"\n      D: 012\n      E: ""',
    );
    const env = deploy(source)?.spec.template.spec.containers[0].env ?? [];
    const values = Object.fromEntries(env.map(({ name, value }) => [name, value]));
    expect(values).to.include({ A: '1.50', B: 'true', C: 'on', D: '012', E: '' });
  });

  it('the least number of replicas is kept; of labels those that OpenFaaS alone reads are not', () => {
    const source = SAMPLE.replace('scale.max: "1"', 'scale.min: "2"\n      team: ci');
    const deployment = deploy(source);
    expect(deployment?.spec.replicas).to.equal(2);
    expect(deployment?.metadata.labels).to.deep.equal({
      'app.kubernetes.io/name': 'greet',
      'app.kubernetes.io/part-of': 'raibid',
      team: 'ci',
    });
  });

  it('without times of its own the image has those of the template', () => {
    const source = SAMPLE.replace(/ {6}write_timeout: .*\n/, '');
    expect(deploy(source)?.spec.template.spec.terminationGracePeriodSeconds).to.equal(5 + 2 + 25 + 5);
    const broken = SAMPLE.replace('write_timeout: 25s', 'write_timeout: soon');
    expect(() => deploy(broken)).to.throw(/greet: write_timeout is no duration/);
  });

  it('an image without a tag, or with a port before it, is told apart', () => {
    const source = SAMPLE.replace('greet:latest', 'greet').replace('/count:latest', '/count:7');
    const { images } = readOne(
      Kustomization,
      generateManifests(source, SAMPLE_IMAGE),
      `${FUNCTIONS}/kustomization.yaml`,
    );
    expect(images.slice(0, 2)).to.deep.equal([
      { name: 'localhost:5001/ada/greet', newTag: 'latest' },
      { name: 'localhost:5001/ada/count', newTag: '7' },
    ]);
  });
});
