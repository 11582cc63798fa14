import { expect } from 'chai';
import { classifyExit } from '../../../../functions/_agent/steps/classify-exit.js';

const EXITED = { outcome: 'exited', exitCode: 0, killedBySignal: null, oomKills: 0 } as const;

describe('classifyExit', () => {
  it('finds nothing wrong with success and with what was cancelled', () => {
    expect(classifyExit(EXITED)).to.equal(null);
    expect(classifyExit({ ...EXITED, outcome: 'cancelled', exitCode: 143, killedBySignal: 15 })).to.equal(null);
  });

  it('tells exit and timeout apart', () => {
    expect(classifyExit({ ...EXITED, exitCode: 101 })).to.equal('exit');
    expect(classifyExit({ ...EXITED, outcome: 'timeout', exitCode: 143, killedBySignal: 15 })).to.equal('timeout');
  });

  it('blames memory when the kernel killed a process and the step died of it', () => {
    expect(classifyExit({ ...EXITED, exitCode: 137, killedBySignal: 9, oomKills: 1 })).to.equal('memory');
    const tail =
      "error: could not compile\n\nCaused by:\n  process didn't exit successfully (signal: 9, SIGKILL: kill)\n";
    expect(classifyExit({ ...EXITED, exitCode: 101, oomKills: 1 }, tail)).to.equal('memory');
  });

  it('does not blame memory without both', () => {
    expect(classifyExit({ ...EXITED, exitCode: 137, killedBySignal: 9 })).to.equal('exit');
    expect(classifyExit({ ...EXITED, exitCode: 101, oomKills: 1 }, 'assertion failed')).to.equal('exit');
    expect(classifyExit({ ...EXITED, oomKills: 1 })).to.equal(null);
  });
});
