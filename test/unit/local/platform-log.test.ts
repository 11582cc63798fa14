import { expect } from 'chai';
import { openPlatformLog } from '../../../cli/local/platform-log.js';

describe('the platform log', () => {
  it('goes on, and says it once, when the disk is full', async () => {
    const problems: string[] = [];
    const log = await openPlatformLog('/dev/full', 'info', (problem) => problems.push(problem));
    log.info('first');
    log.info('second');
    expect(problems).to.have.lengthOf(1);
    expect(problems[0]).to.include('ENOSPC');
  });
});
