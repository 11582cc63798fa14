import { expect } from 'chai';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { run, stepEnv } from './step-fixture.js';

describe('runStep', () => {
  it('answers the exit code of an argument list and of a shell line', async () => {
    expect(await run(['true'])).to.include({ outcome: 'exited', exitCode: 0, killedBySignal: null });
    expect(await run('exit 7')).to.include({ outcome: 'exited', exitCode: 7, killedBySignal: null });
    expect(await run('false; echo never')).to.include({ exitCode: 1, text: '' });
  });

  it('answers 128 + n for a step that a signal ended', async () => {
    expect(await run('kill -SEGV $$')).to.include({ outcome: 'exited', exitCode: 139, killedBySignal: 11, text: '' });
  });

  it('answers 127 and 126 with the reason in the log for what is missing or not executable', async () => {
    const missing = await run(['no-such-program']);
    expect(missing.exitCode).to.equal(127);
    expect(missing.text).to.match(/no-such-program.*not found/);
    const plain = await run(['/etc/passwd']);
    expect(plain.exitCode).to.equal(126);
    expect(plain.text).to.match(/passwd.*denied/i);
  });

  it('takes an argument list for programs only, never for words of the shell', async () => {
    expect(await run(['exit', '0'])).to.include({ exitCode: 127 });
    expect(await run(['printf', '%s|', '$HOME', '; true', '*'])).to.include({ text: '$HOME|; true|*|' });
  });

  it('answers 126 with the reason for a command that is too long', async () => {
    const long = await run(`: ${'x'.repeat(200_000)}`);
    expect(long.exitCode).to.equal(126);
    expect(long.text).to.match(/longer than the system allows/);
  });

  it('rejects when the directory is not there', async () => {
    const error: unknown = await run(['true'], { directory: '/no/such/directory' }).catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(Error).with.property('code', 'ENOENT');
  });

  it('keeps stdout and stderr in the order in which they were written', async () => {
    const numbers = 'i=0; while [ $i -lt 500 ]; do echo "out $i"; echo "err $i" >&2; i=$((i+1)); done';
    const expected = Array.from({ length: 500 }, (_, i) => `out ${i}\nerr ${i}\n`).join('');
    expect((await run(numbers)).text).to.equal(expected);
  });

  it('keeps every byte: binary, NUL, and a last line without an end', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    const program = 'process.stdout.write(Buffer.from(Array.from({ length: 256 }, (_, i) => i)))';
    expect((await run([process.execPath, '-e', program])).output).to.deep.equal(bytes);
    expect((await run('printf "no end"')).text).to.equal('no end');
  });

  it('loses nothing of a flood that its reader takes slowly', async () => {
    let length = 0;
    const exit = await run('head -c 3000000 /dev/zero', {
      async onOutput(chunk) {
        await new Promise((resolve) => setImmediate(resolve));
        length += chunk.length;
      },
    });
    expect(exit.exitCode).to.equal(0);
    expect(length).to.equal(3_000_000);
  });

  it('gives stdout and stderr as a pipe that can be opened by name, and an empty stdin', async () => {
    expect((await run('echo a >/dev/stderr; echo b >/dev/stdout; cat; echo c')).text).to.equal('a\nb\nc\n');
  });

  it('runs pipelines of a shell line', async () => {
    expect((await run('printf "b\\na\\n" | sort | tr a-z A-Z')).text).to.equal('A\nB\n');
  });

  it('gives exactly the environment it was told', async () => {
    const env = { ...stepEnv(), GREETING: 'several words\nand lines' };
    const program = 'process.stdout.write(JSON.stringify(process.env))';
    expect(JSON.parse((await run([process.execPath, '-e', program], { env })).text)).to.deep.equal(env);
  });

  it('needs nothing from the PATH that the step was given', async () => {
    const exit = await run(['/bin/echo', 'hello'], { env: { ...stepEnv(), PATH: '/nowhere' } });
    expect(exit).to.include({ exitCode: 0, text: 'hello\n' });
  });

  it('gives no descriptor of its own but 0, 1 and 2', async () => {
    const { text } = await run(['ls', '-l', '/proc/self/fd']);
    const lines = text.split('\n').filter((line) => line.includes(' -> '));
    const targets = new Map(lines.map((line) => [/(\d+) -> /.exec(line)?.[1], line.replace(/^.* -> /, '')]));
    expect(targets.get('0')).to.equal('/dev/null');
    expect(targets.get('1')).to.equal(targets.get('2'));
    // Number 3 is the directory that ls reads; what this process was born with is /dev/null by now.
    for (const [number, target] of targets) if (Number(number) > 3) expect(target).to.equal('/dev/null');
  });

  it('gives default signal dispositions', async () => {
    const { text } = await run(['grep', 'SigIgn', '/proc/self/status']);
    // Node ignores SIGPIPE, and sh can't take back what it was started with; everything else is as it should be.
    const ignored = BigInt(`0x${/SigIgn:\s*(\w+)/.exec(text)?.[1] ?? 'f'}`) & ~(1n << 12n);
    expect(ignored).to.equal(0n);
  });

  it('lets the step be nicer than we are, and killed before us when memory is short', async () => {
    const { text } = await run('nice; cat /proc/self/oom_score_adj');
    expect(text).to.equal('10\n500\n');
  });

  it('measures the peak memory of the largest process', async () => {
    const program = 'const b = Buffer.alloc(150e6, 1); setTimeout(() => b.length, 700)';
    const { peakMemoryBytes } = await run([process.execPath, '-e', program]);
    expect(peakMemoryBytes).to.be.within(150e6, 400e6);
  });

  it('kills the step and rejects when its reader fails', async () => {
    const error: unknown = await run('while echo line; do :; done', {
      onOutput: () => Promise.reject(new Error('disk full')),
    }).catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(Error).with.property('message', 'disk full');
  });

  it('leaves no file behind', async () => {
    const { text } = await run('readlink /proc/self/fd/1');
    const name = /step-\w+/.exec(text)?.[0];
    expect(name).to.be.a('string');
    expect(readdirSync(tmpdir())).not.to.include(name);
  });
});
