/**
 * Values of simple `key = value` lines by their dotted path, e.g. `package.edition`. A line-anchored reading and no TOML
 * parser, since it serves four facts whose misreading costs nothing but a worse message.
 */
export function readFacts(text: string): ReadonlyMap<string, string> {
  const facts = new Map<string, string>();
  let table = '';
  let quotes = '';
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim();
    if (quotes !== '') {
      // Inside a string of several lines; what follows its end on the same line can't be a fact.
      if (line.includes(quotes)) quotes = '';
      continue;
    }
    const opened = /^[^#]*?=\s*("""|''')/.exec(line)?.[1];
    if (opened !== undefined) {
      const start = line.indexOf(opened) + opened.length;
      if (!line.includes(opened, start)) quotes = opened;
      continue;
    }
    const header = /^\[\[?\s*([^[\]]+?)\s*\]\]?\s*(?:#.*)?$/.exec(line)?.[1];
    if (header !== undefined) {
      table = `${header.replaceAll(/\s*\.\s*/g, '.')}.`;
      continue;
    }
    const [, key, text1, text2, bare] =
      /^([\w-]+(?:\s*\.\s*[\w-]+)*)\s*=\s*(?:"([^"\\]*)"|'([^']*)'|([\w.+-]+))\s*(?:#.*)?$/.exec(line) ?? [];
    const value = text1 ?? text2 ?? bare;
    const path = key === undefined ? '' : `${table}${key.replaceAll(/\s*\.\s*/g, '.')}`;
    // The first one holds: in a list of tables, such as the packages of a lock file, later ones repeat its keys.
    if (value !== undefined && !facts.has(path)) facts.set(path, value);
  }
  return facts;
}
