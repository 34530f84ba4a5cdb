import { chromium } from 'playwright-core';
import { startControlCentre } from '../lib/control-centre.ts';
import { processUse } from '../lib/process-use.ts';
import type { Row } from '../lib/report.ts';
import { linkAll, type SimulatedFleet, simulatedMac, startSimulatedFleet } from '../lib/simulated-fleet.ts';

const DEVICES = 10_000;
const PER_PROCESS = 2_500;
const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** 10,000 devices that send metrics every 15 s: what the control centre takes, and how the table scrolls meanwhile. */
export async function metricsLoad(minutes: number): Promise<Row[]> {
  const centre = await startControlCentre();
  const fleets: SimulatedFleet[] = [];
  try {
    const site = await centre.rpc.call('sites.create', {
      name: 'Bench',
      broker: { tlsPort: 0, host: '127.0.0.1' },
    });
    const { file } = await centre.rpc.call('enrolments.create', { siteId: site.id, uses: DEVICES, hours: 2 });
    for (let first = 0; first < DEVICES; first += PER_PROCESS) {
      fleets.push(
        await startSimulatedFleet({
          folder: centre.data,
          enrolment: file,
          count: PER_PROCESS,
          metrics: true,
          firstIndex: first,
        }),
      );
      process.stderr.write(`${first + PER_PROCESS} devices have joined\n`);
    }
    await linkAll(
      centre.rpc,
      site.id,
      Array.from({ length: DEVICES }, (_, index) => simulatedMac(index)),
    );
    await wait(30_000);
    const rows = [await load(centre.pid, minutes)];
    rows.push(await scrolling(centre.url));
    return rows;
  } finally {
    await Promise.all(fleets.map((fleet) => fleet.stop()));
    await centre.stop();
  }
}

async function load(pid: number, minutes: number): Promise<Row> {
  const samples = [processUse(pid)];
  for (let minute = 0; minute < minutes; minute += 1) {
    await wait(60_000);
    samples.push(processUse(pid));
  }
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) throw new Error('Nothing was measured.');
  const cpuPercent = ((last.cpuSeconds - first.cpuSeconds) / (minutes * 60)) * 100;
  const memory = samples.map((sample) => Math.round(sample.residentMb));
  return {
    part: 'metrics-load',
    what: '10,000 devices, metrics every 15 s',
    who: 'Muster control centre with its embedded broker',
    value: `${cpuPercent.toFixed(1)} % of a core; resident ${memory[0]} → ${memory.at(-1)} MB`,
    goal: '< 40 % of a core, memory flat',
    note: `${minutes} min; each minute ${memory.join(' ')} MB; TLS sessions of 10,000 devices included`,
  };
}

/** Frames a second while the table of all devices is scrolled for ten seconds. */
async function scrolling(url: string): Promise<Row> {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: CHROMIUM_FLAGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const address = new URL(url);
    address.pathname = '/devices';
    await page.goto(address.href);
    await page.getByRole('row').nth(10).waitFor();
    await wait(5_000);
    const frames = await page.evaluate(async () => {
      const scroller = [...document.querySelectorAll('*')]
        .filter((element) => element.scrollHeight > 100_000)
        .at(-1);
      if (!scroller) throw new Error('There is no long table on the page.');
      const gaps: number[] = [];
      let last = performance.now();
      const until = last + 10_000;
      while (last < until) {
        await new Promise(requestAnimationFrame);
        const now = performance.now();
        gaps.push(now - last);
        last = now;
        scroller.scrollTop = (scroller.scrollTop + 60) % (scroller.scrollHeight - scroller.clientHeight);
      }
      return gaps;
    });
    const perSecond = (frames.length / frames.reduce((sum, gap) => sum + gap, 0)) * 1000;
    const sorted = [...frames].sort((a, b) => a - b);
    const slow = sorted[Math.floor(sorted.length * 0.99)] ?? 0;
    return {
      part: 'metrics-load',
      what: 'scrolling the table of 10,000 devices meanwhile',
      who: 'Muster in headless Chromium, software rendering',
      value: `${perSecond.toFixed(0)} frames/s; 99 % of frames within ${slow.toFixed(0)} ms`,
      goal: '≥ 50 frames/s',
      note: '10 s, 60 px a frame, with everything else on the same two cores',
    };
  } finally {
    await browser.close();
  }
}

function wait(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
