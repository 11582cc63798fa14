import { execa } from 'execa';
import { createUpstream, type FileChanges, type Upstream } from '../../support/git-upstream.js';

/** `count` files of about 2 kB in some folders. */
export function makeFiles(count: number): Record<string, string> {
  const line = (n: number) => `pub fn function_${n}() -> u64 { ${n} * 0x5bd1e995 }\n`;
  const text = (n: number) => Array.from({ length: 40 }, (_, i) => line(n * 40 + i)).join('');
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`src/part${n % 10}/file${n}.rs`, text(n)]));
}

/** Gives `work` an upstream with these files and a pipeline of one step, removed after it. */
export async function withUpstream<T>(
  { step, files = {} }: { step: string | null; files?: FileChanges },
  work: (upstream: Upstream) => Promise<T>,
): Promise<T> {
  const pipeline: FileChanges = step === null ? {} : { '.raibid.yml': JSON.stringify({ steps: [{ run: step }] }) };
  const upstream = await createUpstream({ files: { ...files, ...pipeline } });
  try {
    return await work(upstream);
  } finally {
    await upstream.remove();
  }
}

/** Makes `count` branches with a commit each, in one git process; answers their heads by name. */
export async function commitBranches(upstream: Upstream, count: number, prefix: string): Promise<Map<string, string>> {
  const names = Array.from({ length: count }, (_, n) => `${prefix}${n}`);
  const base = upstream.head();
  const commands = names.map((name, n) =>
    [
      `commit refs/heads/${name}`,
      `mark :${n + 1}`,
      `committer Ada <ada@example.com> ${1_700_000_000 + n} +0000`,
      `data ${name.length}`,
      name,
      `from ${base}`,
      `M 100644 inline ${name}.txt`,
      `data ${name.length}`,
      name,
      '',
      `get-mark :${n + 1}`,
      '',
    ].join('\n'),
  );
  const args = ['--git-dir', upstream.path, 'fast-import', '--quiet'];
  const { stdout } = await execa('git', args, { input: commands.join('') });
  const heads = stdout.trim().split('\n');
  return new Map(names.map((name, n) => [name, heads[n] ?? '']));
}
