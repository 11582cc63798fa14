import { expect } from 'chai';
import { rust } from '#lib/agent-types/rust/index.js';

function count(output: string) {
  const summary = rust.summarise();
  for (const line of output.split('\n')) summary.readLine(line);
  return summary.counts();
}

describe('summarise of Rust', () => {
  it('adds up the results of all test binaries', () => {
    const output = `
running 3 tests
test tests::adds ... ok
test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s
test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
`;
    expect(count(output)).to.deep.equal({ passed: 5, failed: 1, ignored: 1 });
  });

  it('reads lines with colours and carriage returns', () => {
    const line = 'test result: \u001b[32mok\u001b(B\u001b[m. 12 passed; 0 failed; 0 ignored; 0 measured\r';
    expect(count(line)).to.deep.equal({ passed: 12, failed: 0, ignored: 0 });
  });

  it('knows no tests from none', () => {
    expect(count('   Compiling x v0.1.0\n    Finished dev\n')).to.equal(null);
    expect(count('test result: ok. 0 passed; 0 failed; 0 ignored;')).to.deep.equal({
      passed: 0,
      failed: 0,
      ignored: 0,
    });
  });

  it('takes no count from what a test prints about results', () => {
    expect(count('expected "test result: ok. 9 passed; 0 failed; 0 ignored;"\ntest result: pending')).to.equal(null);
  });

  it('keeps the counts of two attempts apart', () => {
    const first = rust.summarise();
    first.readLine('test result: ok. 1 passed; 0 failed; 0 ignored;');
    expect(rust.summarise().counts()).to.equal(null);
  });
});
