import { hostname } from 'node:os';
import { expect } from 'chai';
import { RaibidError } from '#lib/errors.js';
import { readConnectorSettings } from '../../../functions/_connector/settings.js';

describe('settings of the connector', () => {
  it('need nothing to be set beside OpenFaaS', () => {
    expect(readConnectorSettings({})).to.deep.include({
      RAIBID_DISCOVER: 'gateway',
      RAIBID_FUNCTION_URL: 'http://gateway.openfaas:8080/function/{target}{path}',
      RAIBID_CONSUMER: hostname(),
      RAIBID_DRAIN: 20_000,
      rebuild_interval: 10_000,
      upstream_timeout: 60_000,
      basic_auth: true,
      secret_mount_path: '/var/secrets',
    });
  });

  it('call functions directly where Kubernetes tells of them', () => {
    expect(readConnectorSettings({ RAIBID_DISCOVER: 'kubernetes' }).RAIBID_FUNCTION_URL).to.equal(
      'http://{name}.{namespace}:8080{path}',
    );
    const settings = { RAIBID_DISCOVER: 'kubernetes', RAIBID_FUNCTION_URL: 'https://f.example/{name}{path}' };
    expect(readConnectorSettings(settings).RAIBID_FUNCTION_URL).to.equal('https://f.example/{name}{path}');
  });

  const wrong: [string, string, string][] = [
    ['gateway_url', 'gateway:8080', 'gateway_url'],
    ['gateway_url', 'ftp://x', 'gateway_url'],
    ['rebuild_interval', 'often', 'rebuild_interval: must be a duration'],
    ['basic_auth', 'perhaps', 'basic_auth'],
    ['RAIBID_DISCOVER', 'consul', 'RAIBID_DISCOVER'],
    ['RAIBID_FUNCTION_URL', '{name}.x/{path}', 'must be an http or https URL'],
    ['RAIBID_FUNCTION_URL', 'http://x/{path}', 'must hold {name} or {target}'],
    ['RAIBID_FUNCTION_URL', 'http://{name}/{who}', 'knows {name}, {namespace}, {target} and {path} only'],
  ];
  for (const [name, value, message] of wrong) {
    it(`refuse ${name}=${value} by its name`, () => {
      expect(() => readConnectorSettings({ [name]: value }))
        .to.throw(RaibidError)
        .with.property('message')
        .that.contains(message);
    });
  }
});
