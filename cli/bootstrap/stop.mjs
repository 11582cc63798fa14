/**
 * A reason to stop that the reader can act on: shown without a stack.
 * @param {string} sentence
 * @param {number} exitCode 1 a step failed, 2 usage, 3 something must be installed by hand
 */
export function stop(sentence, exitCode) {
  return Object.assign(new Error(sentence), { exitCode });
}

/**
 * One line to whoever waits; stdout is for the command's own data.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`raibid: ${line}\n`);
}
