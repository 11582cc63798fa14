/** Whether a branch or tag name matches a pattern: `*` is anything but `/`, `**` anything. At worst pattern times name steps. */
function matchesGlob(pattern: string, name: string): boolean {
  const parts = pattern.match(/\*+|[^*]/gu) ?? [];
  // Which prefixes of the name the parts so far can match.
  let reached = Array.from({ length: name.length + 1 }, (_, end) => end === 0);
  for (const part of parts) {
    const next = reached.map(() => false);
    for (let end = 0; end <= name.length; end++) {
      if (part.startsWith('*')) {
        const isOpen = part.length > 1 || name[end - 1] !== '/';
        next[end] = reached[end] === true || (isOpen && end > 0 && next[end - 1] === true);
      } else if (reached[end] && name.startsWith(part, end)) next[end + part.length] = true;
    }
    reached = next;
  }
  return reached[name.length] === true;
}

/** Whether the last pattern that speaks of a name lets it in; `!` negates, and with only negated patterns the rest is in. */
export function matchesAny(patterns: readonly string[], name: string): boolean {
  let included = patterns.every((pattern) => pattern.startsWith('!'));
  for (const pattern of patterns) {
    if (pattern.startsWith('!')) {
      if (matchesGlob(pattern.slice(1), name)) included = false;
    } else if (matchesGlob(pattern, name)) included = true;
  }
  return included;
}
