import { expect } from 'chai';
import { buildStepEnv } from '../../../../functions/_agent/steps/environment.js';

const INPUTS = {
  path: '/bin',
  home: '/work/home',
  homeId: 'abc',
  job: { id: '01J', attempt: 2, repo: 'octo/hello', ref: 'refs/heads/main', sha: 'a'.repeat(40) },
  plugin: {},
  pipeline: {},
  step: {},
  asked: {},
};

describe('buildStepEnv', () => {
  it('holds what every step gets, and nothing else', () => {
    expect(buildStepEnv(INPUTS)).to.deep.equal({
      PATH: '/bin',
      HOME: '/work/home',
      LANG: 'C.UTF-8',
      TERM: 'dumb',
      CI: 'true',
      RAIBID: 'true',
      RAIBID_JOB_ID: '01J',
      RAIBID_ATTEMPT: '2',
      RAIBID_ATTEMPT_ID: '01J.2',
      RAIBID_REPO: 'octo/hello',
      RAIBID_REF: 'refs/heads/main',
      RAIBID_SHA: 'a'.repeat(40),
      RAIBID_HOME_ID: 'abc',
    });
  });

  it('lets the later source win, but never over our own names', () => {
    const env = buildStepEnv({
      ...INPUTS,
      plugin: { A: 'plugin', B: 'plugin', C: 'plugin', D: 'plugin' },
      pipeline: { B: 'pipeline', C: 'pipeline', D: 'pipeline', RAIBID_SHA: 'forged' },
      step: { C: 'step', D: 'step', LANG: 'C' },
      asked: { D: 'asked', RAIBID_ATTEMPT_ID: 'forged' },
    });
    expect(env).to.include({ A: 'plugin', B: 'pipeline', C: 'step', D: 'asked', LANG: 'C' });
    expect(env).to.include({ RAIBID_SHA: 'a'.repeat(40), RAIBID_ATTEMPT_ID: '01J.2' });
  });
});
