import { readFileSync } from 'node:fs';
import { ARROWS, JOB_STATES, TERMINAL_STATES } from '#lib/core/job-state.js';
import { INCLUDES } from '#lib/redis/commands.generated.js';
import { GENERATED_FILE, generateCommands } from '#lib/redis/commands/generate.js';
import { AGENTS_GROUP, keys } from '#lib/redis/keys.js';
import { loadCommand } from '#lib/redis/load-command.js';
import { expect } from 'chai';

describe('commands.generated.ts', () => {
  it('is what generate.ts writes', () => {
    expect(readFileSync(GENERATED_FILE, 'utf8')).to.equal(generateCommands());
  });

  it('gives the scripts the arrows of core', () => {
    const [arrows = '', terminal = ''] = (INCLUDES['arrows'] ?? '').split('local TERMINAL');
    const rows = [...arrows.matchAll(/^ {2}(\w+) = \{ (.*) \},$/gm)];
    const read = rows.map(([, from = '', to = '']) => [
      from,
      to.split(', ').map((arrow) => arrow.replace(' = true', '')),
    ]);
    expect(Object.fromEntries(read)).to.deep.equal(
      Object.fromEntries(JOB_STATES.filter((state) => ARROWS[state].length > 0).map((state) => [state, ARROWS[state]])),
    );
    expect([...terminal.matchAll(/(\w+) = true/g)].map(([, state]) => state)).to.deep.equal(TERMINAL_STATES);
  });
});

describe('key names of the scripts', () => {
  const scripts = Object.values(INCLUDES).join('\n');
  const plain = Object.entries(keys).flatMap(([, key]) => (typeof key === 'string' ? [key] : []));

  it('are those of keys.ts', () => {
    const declared = [...(INCLUDES['keys'] ?? '').matchAll(/P \.\. '([^']+)'/g)].map(
      ([, name]) => `${keys.prefix}${name}`,
    );
    expect(declared).to.have.length.above(8);
    for (const key of declared) expect(plain, key).to.include(key);
    expect(INCLUDES['keys']).to.include(`local P = '${keys.prefix}'`).and.include(`'${AGENTS_GROUP}'`);
  });

  it('start as those of keys.ts, but for names that only scripts know', () => {
    const made = Object.values(keys).flatMap((key) =>
      typeof key === 'function' ? [String(key('status' as never, 1))] : [],
    );
    const known = [...made, ...plain].map((key) => key.slice(keys.prefix.length).split(':')[0]);
    const used = [...scripts.matchAll(/P \.\. '([a-z]+):/g)].map(([, name]) => name);
    expect([...new Set(used)].filter((name) => !known.includes(name) && name !== 'line')).to.deep.equal([]);
  });
});

describe('loadCommand', () => {
  const stubs = Object.fromEntries(
    Object.keys(INCLUDES).map((name) => [name, `local ${name.replaceAll('-', '_')} = 1`]),
  );
  const occurrences = (text: string, part: string): number => text.split(part).length - 1;

  it('puts every include before its user, once', () => {
    const text = loadCommand('tick');
    expect(text).not.to.include('@include');
    for (const name of ['local P =', 'local function now()', 'local function moveJob(', 'local function admit()']) {
      expect(occurrences(text, name), name).to.equal(1);
    }
    expect(text.indexOf('local function moveJob(')).to.be.below(text.indexOf('local function admit()'));
  });

  it('says what is missing, and who wants it', () => {
    expect(() => loadCommand('note-trail', {})).to.throw('note-trail includes trail, which is not there');
    expect(() => loadCommand('note-trail', { ...stubs, trail: '-- @include gone' })).to.throw(
      'note-trail > trail includes gone',
    );
  });

  it('refuses a cycle', () => {
    const cycle = { ...stubs, trail: '-- @include keys', keys: '-- @include trail' };
    expect(() => loadCommand('note-trail', cycle)).to.throw('include cycle: note-trail > trail > keys > trail');
  });
});
