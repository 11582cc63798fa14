import { expect } from 'chai';
import { readSettings } from '../../../templates/typescript/runtime/settings.js';

describe('template: settings', () => {
  it('are what of-watchdog reads', () => {
    expect(readSettings({})).to.deep.equal({ port: 3000, lockFile: '/tmp/.lock' });
    expect(readSettings({ upstream_url: 'http://127.0.0.1:4000', TMPDIR: '/t' })).to.deep.equal({
      port: 4000,
      lockFile: '/t/.lock',
    });
    const both = { upstream_url: 'http://127.0.0.1:4000', http_upstream_url: 'http://127.0.0.1', TMPDIR: '' };
    expect(readSettings(both)).to.deep.equal({ port: 80, lockFile: '/tmp/.lock' });
  });

  it('are refused with what they should be', () => {
    for (const upstream_url of ['', '3000', 'https://127.0.0.1:3000', 'unix:///x']) {
      expect(() => readSettings({ upstream_url }), upstream_url).to.throw('upstream_url is like http://127.0.0.1:3000');
    }
  });
});
