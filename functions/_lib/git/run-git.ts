import { execa } from 'execa';
import { type ErrorCode, RaibidError } from '../errors.js';
import { gitEnvironment } from './git-environment.js';
import { redactCredentials } from './redact-credentials.js';

export interface GitCall {
  /** The repository, given explicitly: git neither searches for one nor asks who owns it. */
  readonly gitDir?: string;
  readonly workTree?: string;
  /** Whose configuration holds; `user` only where upstreams are reached. Default: none. */
  readonly config?: 'user' | 'none';
  /** Transports that this call may use. Default: none. */
  readonly protocols?: readonly string[];
  readonly input?: string;
  readonly timeoutMs?: number;
  /** Bytes of output that are taken; more ends the process. */
  readonly maxBytes?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export type GitAnswer =
  | { readonly ok: true; readonly stdout: Buffer }
  /** `problem` is one text for people and for matching: stderr in English, credentials removed. */
  | { readonly ok: false; readonly why: 'failed' | 'timeout' | 'output'; readonly problem: string };

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/** Runs git, without a shell, and answers what it said. Throws `program-missing` when there is no git. */
export async function tryGit(args: readonly string[], call: GitCall = {}): Promise<GitAnswer> {
  const { gitDir, workTree, config = 'none', protocols = [], timeoutMs = DEFAULT_TIMEOUT_MS } = call;
  const where = [
    ...(gitDir === undefined ? [] : [`--git-dir=${gitDir}`]),
    ...(workTree === undefined ? [] : [`--work-tree=${workTree}`]),
  ];
  const env = { ...gitEnvironment(call.env ?? process.env, config), GIT_ALLOW_PROTOCOL: protocols.join(':') };
  const result = await execa('git', [...where, ...args], {
    cwd: '/',
    env,
    extendEnv: false,
    encoding: 'buffer',
    stripFinalNewline: false,
    reject: false,
    timeout: timeoutMs,
    maxBuffer: call.maxBytes ?? DEFAULT_MAX_BYTES,
    ...(call.input === undefined ? { stdin: 'ignore' } : { input: call.input }),
  });
  if (!result.failed) return { ok: true, stdout: asBuffer(result.stdout) };
  if (result.code === 'ENOENT') throw new RaibidError('program-missing', 'git is not on PATH');
  if (result.isMaxBuffer) return { ok: false, why: 'output', problem: 'git answered more than is taken' };
  if (result.timedOut) return { ok: false, why: 'timeout', problem: `no answer within ${timeoutMs / 1000} s` };
  const stderr = asBuffer(result.stderr).toString('utf8').trim();
  const problem = stderr === '' ? (result.shortMessage ?? 'git failed') : stderr;
  return { ok: false, why: 'failed', problem: redactCredentials(problem) };
}

/** Runs git and answers its output; throws RaibidError `code` with what git said. */
export async function runGit(
  args: readonly string[],
  call: GitCall = {},
  code: ErrorCode = 'internal',
): Promise<Buffer> {
  const answer = await tryGit(args, call);
  if (!answer.ok) throw new RaibidError(code, `git ${args[0] ?? ''}: ${shorten(answer.problem)}`);
  return answer.stdout;
}

/** The line in which git says what is wrong; its advice around it is for people who typed the command. */
function findProblem(text: string): string {
  const lines = text.split('\n');
  return lines.find((line) => /^(?:fatal|error|remote|ssh): /.test(line)) ?? text;
}

/** What git said, short enough for an error message. */
export function shorten(text: string): string {
  const problem = findProblem(text);
  return problem.length <= 1000 ? problem : `${problem.slice(0, 1000)}…`;
}

function asBuffer(output: Uint8Array): Buffer {
  return Buffer.from(output.buffer, output.byteOffset, output.byteLength);
}
