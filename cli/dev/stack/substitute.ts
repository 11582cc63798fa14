export interface Substitution {
  readonly text: string;
  /** The offset in the source of what stands at an offset of the text. */
  readonly toSource: (offset: number) => number;
  readonly problems: readonly { readonly offset: number; readonly what: string; readonly fix: string }[];
}

type Env = Readonly<Record<string, string | undefined>>;

const DEFAULT_FORM = /^\$\{([A-Za-z0-9_]+)(?:(:-|:=|=)([^{}]*))?\}/;

/**
 * Puts variables into the whole text, comments included, as faas-cli does before it reads the YAML: `${V}`, `${V:-d}`, `${V:=d}`
 * and `${V=d}` (an empty variable counts as unset), `$$` for `$`. `$V` without braces stays.
 */
export function substitute(source: string, env: Env): Substitution {
  const pieces: { at: number; from: number; text: string }[] = [];
  const problems: { offset: number; what: string; fix: string }[] = [];
  let length = 0;
  const add = (from: number, text: string) => {
    pieces.push({ at: length, from, text });
    length += text.length;
  };
  let done = 0;
  for (const { index, 0: token } of source.matchAll(/\$\$|\\[\\/]|\$\{/g)) {
    if (index < done) continue;
    add(done, source.slice(done, index));
    if (token !== '${') {
      add(index, token.slice(1));
      done = index + token.length;
      continue;
    }
    const form = DEFAULT_FORM.exec(source.slice(index));
    if (!form) {
      problems.push({ offset: index, ...explain(source.slice(index)) });
      add(index, token);
      done = index + token.length;
      continue;
    }
    const [whole, name = '', , otherwise = ''] = form;
    add(index, env[name] || otherwise);
    done = index + whole.length;
  }
  add(done, source.slice(done));

  return {
    text: pieces.map(({ text }) => text).join(''),
    toSource(offset) {
      // Where an empty variable stands, it is what the place is about.
      const piece = pieces.find(({ at }) => at === offset) ?? pieces.findLast(({ at }) => at < offset);
      // Inside of what a variable brought there is no place of the source but the variable's.
      if (!piece) return offset;
      const isVerbatim = source.startsWith(piece.text, piece.from);
      return piece.from + (isVerbatim ? offset - piece.at : 0);
    },
    problems,
  };
}

function explain(rest: string): { what: string; fix: string } {
  if (rest.startsWith('${{')) {
    return { what: '`${{` makes faas-cli refuse the whole file', fix: 'Write `$${{` where these characters are meant' };
  }
  const line = rest.split('\n', 1)[0] ?? '';
  return {
    what: `\`${line.slice(0, 40)}\` is no substitution that is read the same everywhere`,
    fix: 'Write ${NAME} or ${NAME:-default}, without braces in the default',
  };
}
