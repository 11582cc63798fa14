import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';

const COMMANDS = new URL('../../../functions/_lib/redis/commands/', import.meta.url);
const CONTRACTS = new URL('../', import.meta.url);

function readTree(folder: URL, end: string): string[] {
  const names = readdirSync(folder, { recursive: true }).map(String);
  return names.filter((name) => name.endsWith(end)).map((name) => readFileSync(new URL(name, folder), 'utf8'));
}

/** The exported function that runs each script, from the typed callers. */
function callersOf(command: string): string[] {
  const callers = readTree(new URL('../', COMMANDS), '.ts').filter((text) => !text.startsWith('// Generated'));
  return callers.flatMap((text) =>
    text.split(/^export /m).flatMap((part) => {
      const name = /^(?:async )?function\*? (\w+)/.exec(part)?.[1];
      return name !== undefined && part.includes(`'${command}'`) ? [name] : [];
    }),
  );
}

describe('every script', () => {
  const names = readdirSync(COMMANDS)
    .filter((name) => name.endsWith('.lua'))
    .map((name) => name.slice(0, -4));
  const tests = readTree(CONTRACTS, '.test.ts');

  for (const name of names) {
    it(`${name} has a contract header, a caller, and a contract test that calls it`, () => {
      const text = readFileSync(new URL(`${name}.lua`, COMMANDS), 'utf8');
      for (const part of ['-- KEYS ', '-- ARGV[1] ', '-- Returns ', '-- Events ']) expect(text).to.include(part);
      const callers = callersOf(name);
      expect(callers, 'callers').to.not.deep.equal([]);
      // What only the connector calls is tested through it.
      const known = /inbox|dead-letter/.test(name) ? [...callers, 'startConnector'] : callers;
      const isCalled = (text: string): boolean => known.some((caller) => new RegExp(`\\b${caller}\\(`).test(text));
      expect(tests.some(isCalled), `a test calls ${known.join(' or ')}`).to.equal(true);
    });
  }
});
