import { runCli } from '../../cli/run-cli.js';
import { NOW, sampleAgent, sampleJob, sampleMirror, sampleSummary } from './sample-views.js';
import { startTestPlatform, type TestPlatform } from './test-platform.js';
import { createTestTerminal, type TestTerminal } from './test-terminal.js';

export interface TestCli {
  readonly platform: TestPlatform;
  /** Starts a command line; `interrupt` is its Ctrl-C. */
  start(args: readonly string[], test?: TestTerminal): TestTerminal & { code: Promise<number>; interrupt: () => void };
  /** Runs one in a pipe. */
  run(...args: string[]): Promise<{ code: number; out: string; err: string }>;
}

const STATUS = '/function/status';

/** The CLI over streams that remember, against a test platform with two jobs, an agent and a mirror. */
export async function createTestCli(): Promise<TestCli> {
  const platform = await startTestPlatform();
  const jobs = [sampleJob(2, { state: 'running', attempt: 1 }), sampleJob(1, { state: 'failed' })];
  platform.on(`GET ${STATUS}/jobs`, { jobs });
  platform.on(`GET ${STATUS}/summary`, sampleSummary());
  platform.on(`GET ${STATUS}/agents`, { agents: [sampleAgent(7)] });
  platform.on(`GET ${STATUS}/mirrors`, { mirrors: [sampleMirror()] });
  const start: TestCli['start'] = (args, test = createTestTerminal()) => {
    const interrupted = new AbortController();
    const code = runCli({
      args,
      terminal: test.terminal,
      env: { RAIBID_HOME: platform.home },
      version: '1.2.3',
      context: { now: () => NOW, random: () => 0, interrupt: () => interrupted.signal },
    });
    return { ...test, code, interrupt: () => interrupted.abort() };
  };
  return {
    platform,
    start,
    run: async (...args) => {
      const { code, out, err } = start(args);
      return { code: await code, out: out(), err: err() };
    },
  };
}
