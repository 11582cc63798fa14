import type { Finding } from '../finding.js';
import type { Stack } from '../read-stack.js';
import { entryOf } from '../value.js';

const PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const HOST = '(?:[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*(?::\\d+)?|\\[[0-9a-f:]+\\](?::\\d+)?)';
const IMAGE = new RegExp(`^(?:${HOST}/)?${PART}(?:/${PART})*(?::[\\w][\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`);

/** Image names that can't be built, pushed or told apart. */
export function* checkImages({ functions }: Stack): Generator<Finding> {
  const owners = new Map<string, string>();
  for (const { name, where: parent, at: place, value } of functions) {
    const image = entryOf(value, 'image');
    const where = `${parent}.image`;
    if (image?.value.kind !== 'text') {
      yield { at: place, where, what: 'there is no image name', fix: 'Write registry/owner/name:tag' };
      continue;
    }
    const { at, text } = image.value;
    const owner = owners.get(text);
    owners.set(text, name);
    if (!text.includes('/')) {
      yield {
        at,
        where,
        what: `${text} has no "/", and faas-cli does not push it`,
        fix: 'Write registry/owner/name:tag',
      };
    } else if (!IMAGE.test(text)) {
      const fix = 'Write registry/owner/name:tag in lower case, and give every variable in it a default';
      yield { at, where, what: `${JSON.stringify(text)} is no name of an image`, fix };
    } else if (owner !== undefined) {
      yield {
        at,
        where,
        what: `${owner} has this image, too: the last one built wins`,
        fix: 'Name the image after the function',
      };
    }
  }
}
