import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createFakeControlCentre } from './fake-control-centre.ts';

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '128' },
    rate: { type: 'string', default: '20' },
    port: { type: 'string', default: '0' },
  },
});
const fake = createFakeControlCentre({
  devices: Number(values.devices),
  measurementsPerSec: Number(values.rate),
  port: Number(values.port),
  staticFolder: fileURLToPath(new URL('../../dist/renderer', import.meta.url)),
});
await fake.start();
console.log(fake.pageUrl());
process.once('SIGTERM', () => void fake.stop());
