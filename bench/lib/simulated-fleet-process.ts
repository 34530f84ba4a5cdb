import { readFileSync } from 'node:fs';
import { EnrolmentFile } from '../../contract/model/enrolment.ts';
import { createDocumentOpener } from '../../contract/wire/documents.ts';
import { METRICS_INTERVAL_SEC } from '../../contract/wire/limits.ts';
import { type SimulatedDevice, startSimulatedDevice } from '../../test/support/simulated-device.ts';
import { simulatedMac } from './simulated-fleet.ts';

// Many simulated devices, each with an MQTT session of its own: FILE COUNT FIRST metrics|quiet.

const [file = '', count = '1', first = '0', mode = 'quiet'] = process.argv.slice(2);
const enrolment = EnrolmentFile.parse(JSON.parse(readFileSync(file, 'utf8')));
const opener = createDocumentOpener();
const devices: SimulatedDevice[] = [];
const AT_ONCE = 25;

for (let index = 0; index < Number(count); index += AT_ONCE) {
  const batch = Array.from({ length: Math.min(AT_ONCE, Number(count) - index) }, (_, offset) =>
    startSimulatedDevice({ mac: simulatedMac(Number(first) + index + offset), enrolment, opener }),
  );
  devices.push(...(await Promise.all(batch)));
}
process.stdout.write('joined\n');

if (mode === 'metrics') {
  // Spread evenly over the interval, as independent devices are.
  const slices = METRICS_INTERVAL_SEC * 20;
  let slice = 0;
  setInterval(() => {
    for (let index = slice; index < devices.length; index += slices) devices[index]?.sendMetrics();
    slice = (slice + 1) % slices;
  }, 50);
} else {
  // Enough to stay online.
  setInterval(() => {
    for (const device of devices) device.sendMetrics();
  }, METRICS_INTERVAL_SEC * 1000);
}
process.on('SIGTERM', () => process.exit(0));
