import { expect } from 'chai';
import { tmpdir } from 'node:os';
import { readVersion } from '../../../functions/_agent/read-version.js';

describe('readVersion', () => {
  async function read(line: string, signal = new AbortController().signal) {
    let words = '';
    const version = await readVersion({
      command: ['sh', '-c', line],
      directory: tmpdir(),
      env: { PATH: process.env['PATH'] ?? '' },
      timeoutMs: 30_000,
      signal,
      onWords: (text) => void (words += text.toString()),
    });
    return { version, words };
  }

  it('answers the first line', async () => {
    expect(await read('echo cargo 1.95.0; echo more')).to.deep.equal({ version: 'cargo 1.95.0', words: '' });
  });

  it('passes on what was said meanwhile', async () => {
    const { version, words } = await read('echo "info: downloading" >&2; echo cargo 1.95.0');
    expect(version).to.equal('cargo 1.95.0');
    expect(words).to.equal('info: downloading\n');
  });

  it('answers null with the reason when it can not run', async () => {
    const line = `echo "error: toolchain '1.90.0' is not installed" >&2; exit 1`;
    expect(await read(line)).to.deep.equal({
      version: null,
      words: "error: toolchain '1.90.0' is not installed\n",
    });
  });

  it('answers null when it is told to end', async () => {
    expect((await read('sleep 300', AbortSignal.abort())).version).to.equal(null);
  });
});
