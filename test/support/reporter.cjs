// CommonJS: mocha requires its reporters.
const { writeFileSync } = require('node:fs');
const { relative } = require('node:path');
const Mocha = require('mocha');

const { EVENT_RUN_END, EVENT_SUITE_BEGIN, EVENT_TEST_FAIL, EVENT_TEST_PASS } = Mocha.Runner.constants;
const STUCK_MS = 20_000;

/**
 * One line a test file, failures in full at once and named again at the end, counts to the file RAIBID_TEST_COUNTS.
 * A class, because mocha calls it with `new`.
 */
class Reporter {
  /** @param {import('mocha').Runner} runner */
  constructor(runner) {
    // Coverage is of this process; the programs under test would each write megabytes of it.
    delete process.env['NODE_V8_COVERAGE'];
    /** @type {string[]} */
    const failures = [];
    let passed = 0;
    let file = { path: '', passed: 0, failed: 0, start: 0 };

    const closeFile = () => {
      if (file.path === '' || file.passed + file.failed === 0) return;
      const seconds = ((performance.now() - file.start) / 1000).toFixed(1);
      const failed = file.failed > 0 ? `, ${file.failed} FAILED` : '';
      console.log(`${file.failed > 0 ? 'FAIL' : 'ok  '} ${file.path}  ${file.passed} passed${failed}  ${seconds} s`);
    };
    const openFile = (/** @type {string | undefined} */ absolute) => {
      const path = absolute === undefined ? '' : relative(process.cwd(), absolute);
      if (path === '' || path === file.path) return;
      closeFile();
      file = { path, passed: 0, failed: 0, start: performance.now() };
    };
    const writeCounts = () => {
      const path = process.env['RAIBID_TEST_COUNTS'];
      if (path !== undefined) writeFileSync(path, JSON.stringify({ passed, failed: failures.length }));
    };
    const failAfterEnd = () => {
      const open = process.getActiveResourcesInfo().join(', ');
      console.log(`FAIL the tests are over and their process does not end; still open: ${open}`);
      failures.push('the process ends');
      writeCounts();
      process.exit(1);
    };

    runner.on(EVENT_SUITE_BEGIN, (suite) => openFile(suite.file));
    runner.on(EVENT_TEST_PASS, () => {
      passed += 1;
      file.passed += 1;
      writeCounts();
    });
    runner.on(EVENT_TEST_FAIL, (test, error) => {
      const title = `${file.path}: ${test.fullTitle()}`;
      failures.push(title);
      file.failed += 1;
      console.log(`FAIL ${title}\n${indent(describeError(error))}`);
      writeCounts();
    });
    runner.on(EVENT_RUN_END, () => {
      closeFile();
      if (failures.length > 0) console.log(`\nfailed:\n${indent(failures.join('\n'))}`);
      writeCounts();
      // Fires only when something left open keeps the process alive.
      setTimeout(failAfterEnd, STUCK_MS).unref();
    });
  }
}

module.exports = Reporter;

/** @param {unknown} error */
function describeError(error) {
  if (!(error instanceof Error)) return String(error);
  const text = error.stack ?? error.message;
  if (!('expected' in error && 'actual' in error) || error.expected === undefined) return text;
  return `${text}\n${Mocha.reporters.Base.generateDiff(show(error.actual), show(error.expected))}`;
}

/** @param {unknown} value */
function show(value) {
  return typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? String(value));
}

/** @param {string} text */
function indent(text) {
  return text.replace(/^/gm, '  ');
}
