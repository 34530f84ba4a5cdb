import { describe, expect, it } from 'vitest';
import {
  emptyBrokerDraft,
  readBrokerDraft,
  readEmbeddedDraft,
  siteNameError,
  suggestedName,
} from './site-forms.ts';

describe('the form of a broker', () => {
  it('leaves out what was not given', () => {
    const { broker, errors } = readBrokerDraft({ ...emptyBrokerDraft(), url: ' mqtts://192.168.1.20:8883 ' });
    expect(errors).toEqual({});
    expect(broker).toEqual({ url: 'mqtts://192.168.1.20:8883', rootTopic: 'iotm-sys' });
  });

  it('keeps spaces in a password', () => {
    const draft = {
      ...emptyBrokerDraft(),
      url: 'mqtt://broker:1883',
      username: ' muster ',
      password: ' p w ',
    };
    expect(readBrokerDraft(draft).broker).toMatchObject({ username: 'muster', password: ' p w ' });
  });

  it('says how an address is written', () => {
    expect(readBrokerDraft({ ...emptyBrokerDraft(), url: 'http://broker' }).errors.url).toMatch(
      /^Write mqtt:/,
    );
    expect(readBrokerDraft(emptyBrokerDraft()).errors.url).toMatch(/such as mqtts:/);
  });

  it('wants a certificate and its key together', () => {
    const pem = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----';
    const draft = { ...emptyBrokerDraft(), url: 'mqtts://broker:8883', clientCertPem: pem };
    expect(readBrokerDraft(draft).errors.clientKeyPem).toMatch(/belong together/);
    expect(readBrokerDraft(draft).broker).toBeUndefined();
  });
});

describe('the form of a site on this machine', () => {
  it('refuses a port that does not exist', () => {
    expect(readEmbeddedDraft({ tlsPort: '70000', rootTopic: 'iotm-sys' }).errors.tlsPort).toMatch(
      /1 to 65535/,
    );
    expect(readEmbeddedDraft({ tlsPort: '', rootTopic: 'iotm-sys' }).broker).toBeUndefined();
  });

  it('refuses a wildcard in the root topic', () => {
    expect(readEmbeddedDraft({ tlsPort: '8883', rootTopic: 'a/#' }).errors.rootTopic).toMatch(/wildcards/);
  });

  it('accepts what it offers', () => {
    expect(readEmbeddedDraft({ tlsPort: '8883', rootTopic: 'iotm-sys' }).broker?.tlsPort).toBe(8883);
  });
});

it('wants a name', () => {
  expect(siteNameError('  ')).toBe('Give the site a name.');
  expect(siteNameError('Plant')).toBeUndefined();
});

it('suggests the host as a name', () => {
  expect(suggestedName('mqtts://broker.plant.lan:8883')).toBe('broker.plant.lan');
  expect(suggestedName('mqtts//')).toBe('');
});
