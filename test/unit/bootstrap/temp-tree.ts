import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of its own for each test of the calling suite, removed afterwards. */
export function useTempTree(): {
  path: (name?: string) => string;
  write: (name: string, text: string, mode?: number) => void;
} {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'raibid-bootstrap-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const path = (name = '') => join(root, name);
  const write = (name: string, text: string, mode = 0o644) => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text, { mode });
  };
  return { path, write };
}
