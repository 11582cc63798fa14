import { expect } from 'chai';
import { RaibidError } from '#lib/errors.js';
import { readAgentSettings } from '../../../functions/_agent/settings.js';

describe('readAgentSettings', () => {
  const clock = { now: () => 0, random: () => 0 };
  const needed = {
    RAIBID_REDIS_URL: '/redis.sock',
    RAIBID_AGENT_TYPE: 'rust',
    RAIBID_MIRRORS_DIR: '/mirrors',
    RAIBID_WORK_DIR: '/work',
    RAIBID_CARGO_HOME: '/cargo',
  };

  it('reads durations, numbers and how much is logged', () => {
    const env = { ...needed, RAIBID_LINGER: '2s', RAIBID_MAX_JOBS: '7', RAIBID_LOG_LEVEL: 'error' };
    const settings = readAgentSettings(env, clock);
    expect(settings).to.include({ lingerMs: 2000, maxJobs: 7, logLevel: 'error', idleExitMs: 45_000, buildJobs: 1 });
  });

  it('names every variable that is wrong', () => {
    const read = () => readAgentSettings({ ...needed, RAIBID_MAX_JOBS: '0', RAIBID_LOG_LEVEL: 'loud' }, clock);
    expect(read).to.throw(RaibidError, /RAIBID_MAX_JOBS: .*; RAIBID_LOG_LEVEL: /);
  });
});
