import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, release, tmpdir, totalmem } from 'node:os';
import { execa } from 'execa';

/** What a figure depends on, a line each. */
export async function describeMachine(): Promise<string[]> {
  const system = /^PRETTY_NAME="?([^"\n]*)/m.exec(await readFile('/etc/os-release', 'utf8').catch(() => ''))?.[1];
  const [redis, git, cargo, disk] = await Promise.all([
    firstLine('redis-server', ['--version']),
    firstLine('git', ['--version']),
    firstLine('cargo', ['--version']),
    describeDisk(tmpdir()),
  ]);
  const [load = 0] = loadavg();
  return [
    `Machine: ${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? 'an unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB of memory, ${disk}`,
    `System: ${system ?? process.platform}, kernel ${release()}`,
    `Versions: Node ${process.versions.node}, Redis ${/v=([\d.]+)/.exec(redis)?.[1] ?? '?'}, ${git.replace('git version', 'git')}, ${cargo.replace(/ \(.*/, '')}`,
    `When: ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, load average at the end ${load.toFixed(1)}`,
  ];
}

async function firstLine(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await execa(program, args, { reject: false });
  return String(stdout ?? '').split('\n')[0] ?? '';
}

/** File system and device under a directory. */
async function describeDisk(directory: string): Promise<string> {
  const { stdout } = await execa('df', ['--output=fstype,source', directory], { reject: false });
  const [type = '?', source = '?'] = String(stdout).trim().split('\n').at(-1)?.trim().split(/\s+/) ?? [];
  const device = source.replace('/dev/', '');
  const [rotational, journals] = await Promise.all([
    readFile(`/sys/block/${device}/queue/rotational`, 'utf8').catch(() => ''),
    readdir('/proc/fs/jbd2').catch(() => []),
  ]);
  // Without one, ext4 makes files slowly for minutes after many were removed.
  const journal =
    type === 'ext4' && !journals.some((name) => name.startsWith(`${device}-`)) ? ' without a journal' : '';
  return `${type}${journal} on ${device}${rotational.trim() === '0' ? ', solid state or virtual' : ''}`;
}
