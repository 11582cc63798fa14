import { expect } from 'chai';
import { RaibidError } from '#lib/errors.js';
import { parseUpstream } from '#lib/git/parse-upstream.js';

const local = { local: true, base: '/home/ada' };
const cluster = { local: false };

describe('parseUpstream', () => {
  const taken: [string, string, string][] = [
    ['https://github.com/ada/engine.git', 'https', 'https://github.com/ada/engine.git'],
    ['  https://github.com/ada/engine \n', 'https', 'https://github.com/ada/engine'],
    ['ssh://git@github.com:22/ada/engine.git', 'ssh', 'ssh://git@github.com:22/ada/engine.git'],
    ['git@github.com:ada/engine.git', 'ssh', 'git@github.com:ada/engine.git'],
    ['work:ada/engine', 'ssh', 'work:ada/engine'],
  ];
  for (const [text, kind, url] of taken) {
    it(`takes ${JSON.stringify(text)} in both modes`, () => {
      expect(parseUpstream(text, cluster)).to.deep.equal({ kind, url });
      expect(parseUpstream(text, local)).to.deep.equal({ kind, url });
    });
  }

  const localOnly: [string, string, string][] = [
    ['/srv/git/engine.git', 'path', '/srv/git/engine.git'],
    ['/srv/../etc/engine', 'path', '/etc/engine'],
    ['./engine', 'path', '/home/ada/engine'],
    ['../my engine', 'path', '/home/my engine'],
    ['file:///srv/my%20engine', 'path', '/srv/my engine'],
    ['file://localhost/srv/engine', 'path', '/srv/engine'],
    ['http://127.0.0.1:3000/ada/engine.git', 'http', 'http://127.0.0.1:3000/ada/engine.git'],
  ];
  for (const [text, kind, url] of localOnly) {
    it(`takes ${text} in local mode only`, () => {
      expect(parseUpstream(text, local)).to.deep.equal({ kind, url });
      expect(refusal(text, false).code).to.equal('upstream-unsupported');
    });
  }

  const refused = [
    '',
    '   ',
    '-uevil',
    '--upload-pack=evil',
    'ext::sh -c evil',
    'fd::17',
    'git://github.com/ada/engine',
    'ftp://example.com/engine',
    'http://github.com/ada/engine',
    'http://127.0.0.1.example.com/engine',
    'https://',
    'https://github.com/',
    'https://github.com/ada/engine?token=hunter2',
    'https://github.com/ada/engine#main',
    'https://ghp_hunter2@github.com/ada/engine',
    'https://ada:hunter2@github.com/ada/engine',
    'ssh://git:hunter2@github.com/ada/engine',
    'ssh://-oProxyCommand=evil/engine',
    'ssh://-oevil@github.com/ada/engine',
    'git@github.com:-evil',
    '-oevil@github.com:ada/engine',
    'file://example.com/srv/engine',
    'file:///srv%2fengine',
    'file:///srv/%0aengine',
    'file:///srv/%zzengine',
    '/srv/eng\nine',
    '/srv/eng\0ine',
    `/${'a'.repeat(3000)}`,
  ];
  for (const text of refused) {
    it(`refuses ${JSON.stringify(text.slice(0, 50))}`, () => {
      const error = refusal(text, true);
      expect(error.code).to.equal('upstream-unsupported');
      expect(error.message).not.to.contain('hunter2');
    });
  }

  it('refuses a relative path where it is unknown what it is relative to', () => {
    expect(() => parseUpstream('engine', { local: true })).to.throw('is a relative path');
  });

  it('says what to do with credentials', () => {
    expect(refusal('https://ada:hunter2@github.com/ada/engine', true).hint).to.contain('credential helper');
  });
});

function refusal(text: string, isLocal: boolean): RaibidError {
  try {
    parseUpstream(text, isLocal ? local : cluster);
  } catch (error) {
    if (error instanceof RaibidError) return error;
    throw error;
  }
  throw new Error(`${text} was taken`);
}
