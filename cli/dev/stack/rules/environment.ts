import type { Finding } from '../finding.js';
import type { Facts } from '../facts.js';
import type { Stack } from '../read-stack.js';
import { entriesOf, valueOf } from '../value.js';

const SECRET_NAME = /(?:^|_)(?:TOKEN|PASSWORD|PASSWD|SECRET|API_?KEY|PRIVATE_KEY|CREDENTIALS?)$/i;

/** Settings that no schema knows, values that theirs refuses, and secrets in plain sight. */
export function* checkEnvironment({ functions }: Stack, { programs }: Facts): Generator<Finding> {
  for (const { name, where: parent, value } of functions) {
    const settings = programs[name]?.settings;
    for (const { key, at, value: given } of entriesOf(valueOf(value, 'environment'))) {
      if (given.kind !== 'text') continue;
      const where = `${parent}.environment.${key}`;
      if (SECRET_NAME.test(key) || /^[a-z+]+:\/\/[^/@]*:[^/@]+@/.test(given.text)) {
        const fix = 'Make it a secret: `faas-cli secret create`, and list it under secrets';
        yield { at: given.at, where, what: 'a secret stands in the environment, where everybody sees it', fix };
      }
      // Names of others are theirs to know, unless the program reads them, too.
      if (!settings || !(key.startsWith('RAIBID_') || Object.hasOwn(settings, key))) continue;
      const schema = settings[key];
      if (!schema) {
        const known = Object.keys(settings).join(', ');
        yield { at, where, what: `${name} has no such setting`, fix: `Write one of ${known}` };
        continue;
      }
      const parsed = schema.safeParse(given.text);
      if (parsed.success) continue;
      const what = parsed.error.issues.map(({ message }) => message).join('; ');
      yield { at: given.at, where, what: `${JSON.stringify(given.text)}: ${what}`, fix: 'Mend the value' };
    }
  }
}
