import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { RaibidError } from '../errors.js';
import { gitEnvironment } from './git-environment.js';
import { type GitObject, MAX_BYTES, parseHeader } from './read-objects.js';

/** Reads objects by their names as `readObjects` does, from a git process that stays for the next call. */
export type ReadObjects = (names: readonly string[]) => Promise<(GitObject | null)[]>;

export interface ObjectReader {
  /** Rejects with RaibidError `payload-invalid` for an object larger than 32 MiB, `internal` when git fails. */
  read(gitDir: string, names: readonly string[]): Promise<(GitObject | null)[]>;
  /** Ends the process of a repository: it is about to go. */
  close(gitDir: string): void;
}

interface Question {
  readonly count: number;
  readonly objects: (GitObject | null)[];
  readonly resolve: (objects: (GitObject | null)[]) => void;
  readonly reject: (error: Error) => void;
}

interface Session {
  ask(names: readonly string[]): Promise<(GitObject | null)[]>;
  end(): void;
}

/** One `git cat-file --batch` per repository, ended when nobody asked for `idleMs`: starting git costs more than the answer. */
export function openObjectReader({ idleMs = 5000 }: { idleMs?: number } = {}): ObjectReader {
  const sessions = new Map<string, Session>();
  return {
    async read(gitDir, names) {
      if (names.length === 0) return [];
      let session = sessions.get(gitDir);
      if (!session) {
        const opened = startSession(gitDir, idleMs, () => {
          if (sessions.get(gitDir) === opened) sessions.delete(gitDir);
        });
        session = opened;
        sessions.set(gitDir, opened);
      }
      return session.ask(names);
    },
    close(gitDir) {
      sessions.get(gitDir)?.end();
    },
  };
}

function startSession(gitDir: string, idleMs: number, onEnd: () => void): Session {
  const env = gitEnvironment(process.env, 'none');
  const git = spawn('git', [`--git-dir=${gitDir}`, 'cat-file', '--batch'], { cwd: '/', env, stdio: 'pipe' });
  const questions: Question[] = [];
  let stderr = '';
  let idle: NodeJS.Timeout | undefined;

  function end(error?: Error): void {
    clearTimeout(idle);
    onEnd();
    git.stdin.end();
    if (!error) return;
    git.kill('SIGKILL');
    const [asked, ...others] = questions.splice(0);
    asked?.reject(error);
    // What was wrong with one question is not the fault of those behind it.
    for (const other of others) other.reject(new RaibidError('internal', 'git cat-file ended at an earlier question'));
  }
  const answers = createAnswerParser(questions, () => {
    if (questions.length > 0) return;
    idle = setTimeout(end, idleMs).unref();
    keepAlive(git, false);
  });
  git.stdout.on('data', (chunk: Buffer) => {
    const problem = answers(chunk);
    if (problem) end(problem);
  });
  git.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-1000);
  });
  git.on('error', () => end(new RaibidError('program-missing', 'git is not on PATH')));
  git.stdin.on('error', () => undefined);
  git.on('close', () => end(new RaibidError('internal', `git cat-file: ${stderr.trim() || 'ended early'}`)));

  return {
    end,
    ask(names) {
      clearTimeout(idle);
      keepAlive(git, true);
      return new Promise((resolve, reject) => {
        questions.push({ count: names.length, objects: [], resolve, reject });
        git.stdin.write(names.map((name) => `${name}\n`).join(''));
      });
    },
  };
}

/** Without a question the process must not keep ours alive: it ends by itself when its stdin closes. */
function keepAlive(git: ChildProcessWithoutNullStreams, alive: boolean): void {
  const sockets = [git.stdin, git.stdout, git.stderr].filter((stream) => stream instanceof Socket);
  for (const handle of [git, ...sockets]) {
    if (alive) handle.ref();
    else handle.unref();
  }
}

/** Takes output as it comes and answers the questions in order; returns what is wrong with an object that is too large. */
function createAnswerParser(questions: Question[], onAnswer: () => void): (chunk: Buffer) => Error | null {
  let chunks: Buffer[] = [];
  let length = 0;
  // Joined when an answer can be whole, not at each chunk: that would copy a large object hundreds of times.
  let wanted = 0;
  return (chunk) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length < wanted) return null;
    let kept: Buffer = Buffer.concat(chunks, length);
    let problem: Error | null = null;
    wanted = 0;
    for (let question = questions[0]; question; question = questions[0]) {
      const end = kept.indexOf(0x0a);
      if (end < 0) break;
      const header = parseHeader(kept.toString('utf8', 0, end));
      const size = header?.size ?? 0;
      if (size > MAX_BYTES) {
        problem = new RaibidError('payload-invalid', `an object of ${size} bytes; 32 MiB is the most`);
        break;
      }
      const from = end + 1;
      if (header && kept.length < from + size + 1) {
        wanted = from + size + 1;
        break;
      }
      question.objects.push(header && { ...header.object, content: Buffer.from(kept.subarray(from, from + size)) });
      kept = kept.subarray(header ? from + size + 1 : from);
      if (question.objects.length < question.count) continue;
      questions.shift();
      question.resolve(question.objects);
      onAnswer();
    }
    chunks = [kept];
    length = kept.length;
    return problem;
  };
}
