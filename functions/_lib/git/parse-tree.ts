export interface TreeEntry {
  readonly mode: string;
  readonly name: string;
}

/** The entries of a raw tree object: `<mode> <name>\0<id>`, again and again. */
export function parseTree(tree: Buffer, idBytes: 20 | 32): TreeEntry[] {
  const entries: TreeEntry[] = [];
  let at = 0;
  while (at < tree.length) {
    const space = tree.indexOf(0x20, at);
    const end = tree.indexOf(0x00, space);
    entries.push({ mode: tree.toString('latin1', at, space), name: tree.toString('utf8', space + 1, end) });
    at = end + 1 + idBytes;
  }
  return entries;
}

/** A regular file, executable or not; symbolic links, folders and submodules are none. */
export function isFile({ mode }: TreeEntry): boolean {
  return mode.startsWith('100');
}
