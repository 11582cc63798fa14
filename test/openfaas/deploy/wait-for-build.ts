import { FunctionName } from '#lib/core/names.js';
import { waitUntil } from '../../support/wait-until.js';

/** As many answers in a row must come from the new build: while pods are replaced, old and new ones take turns. */
const IN_A_ROW = 10;

/**
 * Waits until what runs is what was built. The gateway's word is not enough: it answers 200 to an update that it did not carry
 * out, and calls a function ready whose old pod still serves. So each function is asked itself.
 */
export async function waitForBuild(url: string, build: string): Promise<void> {
  await Promise.all(FunctionName.options.map((name) => waitForFunction(url, name, build)));
}

async function waitForFunction(url: string, name: string, build: string): Promise<void> {
  let last = 'no answer';
  let row = 0;
  const isServed = async () => {
    last = await askBuild(`${url}/function/${name}/healthz`);
    row = last === build ? row + 1 : 0;
    return row >= IN_A_ROW;
  };
  await waitUntil(isServed, { what: `${name} is the build ${build}`, deadlineMs: 300_000, everyMs: 100 }).catch(
    (error: unknown) => {
      throw new Error(`${String(error)}; the last answer came from: ${last}`);
    },
  );
}

async function askBuild(url: string): Promise<string> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5000) });
    await answer.arrayBuffer();
    return answer.ok
      ? (answer.headers.get('x-raibid-build') ?? 'a build that does not say')
      : `status ${answer.status}`;
  } catch (error) {
    return String(error);
  }
}
