import type { Site } from '../../contract/model/site.ts';

/** A connected site, with some of its facts replaced. */
export function siteSample(facts: Partial<Site> = {}): Site {
  return {
    id: 'site0001',
    name: 'Depot',
    broker: 'embedded',
    brokerUrl: 'mqtts://192.168.1.20:8883',
    port: 8883,
    rootTopic: 'iotm-sys',
    username: null,
    publicKey: 'A'.repeat(43),
    role: 'admin',
    demo: false,
    createdAt: '2026-11-20T08:00:00.000Z',
    connection: { state: 'connected', since: '2026-11-25T00:00:00.000Z', detail: '', roundTripMs: 1 },
    ...facts,
  };
}
