import { randomUUID } from 'node:crypto';
import type { AppError } from '../contract/lib/errors.ts';
import type { RefusedCounts } from '../contract/model/metrics.ts';
import { createDocumentOpener, type Signer } from '../contract/wire/documents.ts';
import type { JobMessage } from '../contract/wire/messages/job.ts';
import { createTopics } from '../contract/wire/topics.ts';
import { PROTOCOL_VERSION } from '../contract/wire/version.ts';
import { readInventory } from './features/inventory.ts';
import { createMetricsReader } from './features/metrics.ts';
import { createOperations } from './features/operations.ts';
import { createDeliveries } from './jobs/deliveries.ts';
import { createJobs } from './jobs/jobs.ts';
import { recoverJobs, removeLeftovers } from './jobs/recovery.ts';
import { createResults, type JobPublisher } from './jobs/results.ts';
import { createJournal } from './journal/journal.ts';
import { createAnnouncer } from './link/announcer.ts';
import { createBackoff } from './link/backoff.ts';
import { createBrokerFinder } from './link/broker-finder.ts';
import { type Connection, createConnection, type LinkState } from './link/connection.ts';
import { createDispatcher } from './link/dispatcher.ts';
import { connectSession } from './link/mqtt-session.ts';
import { createRefusals } from './link/refusals.ts';
import { createRequestGate } from './link/request-gate.ts';
import { createSiteDocuments } from './link/site-documents.ts';
import { createSubscriptions } from './link/subscriptions.ts';
import { createRateLimit, type Log } from './log.ts';
import type { DeviceConfig } from './state/device-config.ts';
import type { StateFolder } from './state/state-folder.ts';
import { createClock } from './system/clock.ts';
import type { Machine } from './system/machine.ts';
import { createOutputPipes } from './system/pipes.ts';
import { createProcesses } from './system/processes.ts';
import { findProgram } from './system/programs.ts';

/** The agent of one device, from its start to its end. */
export interface Agent {
  /** Settles when it works; connecting goes on in the background. */
  start(): Promise<void>;
  /** Ends running jobs, says goodbye, leaves everything on the disk. */
  stop(): Promise<void>;
  /** False when it makes no progress any more and should be restarted. */
  isHealthy(): boolean;
}

/** How long after a connect the broker may take to send what it keeps, in milliseconds. */
const RETAINED_WAIT_MS = 1_000;
const RESEND_MS = 60_000;
const UNHEALTHY_MS = 5 * 60_000;

export function createAgent(options: {
  config: DeviceConfig;
  signer: Signer;
  folder: StateFolder;
  machine: Machine;
  log: Log;
  demo: boolean;
  ownsMachine: boolean;
  /** Where the broker was found before, when it was not at a configured address. */
  foundUrl: string | undefined;
  onFoundUrl: (url: string) => Promise<void>;
  onLinkState: (state: LinkState) => void;
}): Agent {
  const { config, signer, folder, machine, log } = options;
  const { siteId, mac } = config;
  const clock = createClock(machine);
  const processes = createProcesses(machine);
  const topics = createTopics(config.rootTopic);
  const opener = createDocumentOpener();
  const { monotonicMs } = clock;
  const problem = (event: string, error: unknown): void => {
    log.error(event, { error: error instanceof Error ? error.message : String(error) });
  };

  const numbers = new Map<string, number>();
  const publishJob: JobPublisher = async (jobId, body) => {
    const seq = numbers.get(jobId) ?? 0;
    numbers.set(jobId, seq + 1);
    const message = { v: PROTOCOL_VERSION, seq, ...body } as JobMessage;
    await connection.publish(topics.job(mac, jobId), JSON.stringify(message), { qos: 1 });
  };

  const journal = createJournal({
    path: folder.journal,
    reservePath: folder.reserve,
    onError: (error) => problem('journal-not-rewritten', error),
  });
  const documents = createSiteDocuments({
    ...{ siteId, sitePublicKey: config.sitePublicKey, mac, devicePublicKey: signer.publicKey, opener },
    ...{ trustPath: folder.trust, linkPath: folder.link },
    onDamaged: (path, error) => problem(`document-damaged ${path}`, error),
  });
  const refusals = createRefusals({
    ...{ siteId, mac, signer, log, monotonicMs, publish: publishJob },
    onCounted: () => announcer.metricsSoon(),
  });
  const inventory = () => readInventory({ machine, mac, publicKey: signer.publicKey, demo: options.demo });
  const refused = (): RefusedCounts => ({ ...refusals.counts });
  const metrics = createMetricsReader({ machine, clock, refused });
  const results = createResults({
    ...{ journal, signer, siteId, mac, clock, jobsFolder: folder.jobs, publish: publishJob },
  });
  const deliveries = createDeliveries({
    ...{ journal, results, jobsFolder: folder.jobs, clock, log, publish: publishJob },
    onStored: (jobId) => void numbers.delete(jobId),
  });
  const pipes = createOutputPipes({ folder: folder.run, mkfifo: findProgram('mkfifo') });
  const operations = createOperations({
    ...{ machine, processes, clock, journal, metrics, folder, inventory, ownsMachine: options.ownsMachine },
    pipes,
    openJobs: () => journal.openCount(),
  });
  const jobs = createJobs({
    ...{ journal, results, operations, deliveries, jobsFolder: folder.jobs, clock, processes, log },
    publish: publishJob,
  });
  const announcer = createAnnouncer({
    ...{ topics, mac, siteId, signer, clock, metrics, inventory, capabilities: Object.keys(operations) },
    publish: (topic, payload, publishOptions) => connection.publish(topic, payload, publishOptions),
    ...{ newSessionId: randomUUID, random: Math.random, onProblem: problem },
  });
  const received = new Set<'trust' | 'link'>();
  const wantMissing = (): void =>
    announcer.want((['trust', 'link'] as const).filter((kind) => !received.has(kind)));
  const tellAll = (): void => {
    if (connection.connected) jobs.tellAll().catch((error: unknown) => problem('results-not-sent', error));
  };
  const dispatcher = createDispatcher({
    ...{ topics, mac, documents, refusals, journal, jobs, deliveries, monotonicMs, log },
    gate: createRequestGate({
      ...{ siteId, mac, topics, opener, roleOf: documents.roleOf, groups: () => documents.groups },
    }),
    onDocument: (kind) => void received.add(kind),
    onAnnounce(jitterMs) {
      announcer.announceAgain(jitterMs);
      timers.after(Math.random() * jitterMs, () => {
        tellAll();
        wantMissing();
      });
    },
  });
  const problemLimit = createRateLimit({ burst: 2, monotonicMs, periodMs: 15 * 60_000 });
  const timers = createTimers();
  const connection: Connection = createConnection({
    brokerUrls: config.brokerUrls,
    rememberedUrl: options.foundUrl,
    onFound: options.onFoundUrl,
    finder:
      config.caPem === undefined
        ? undefined
        : createBrokerFinder({
            siteId,
            // Loopback too: demonstration devices run on the control centre's own machine.
            interfaces: () => [
              '127.0.0.1',
              ...machine.addresses().flatMap(({ ipv4, address }) => (ipv4 ? [address] : [])),
            ],
            onError: (error) => problem('search-failed', error),
          }),
    backoff: createBackoff(),
    monotonicMs,
    connect: connectSession,
    sessionOptions: () => ({
      tls: config,
      clientId: `muster-agent-${mac}`,
      ...{ username: config.username, password: config.password },
      will: announcer.newSession(),
    }),
    onMessage: dispatcher.handle,
    async onConnected() {
      received.clear();
      await subscriptions.begin();
      const announced = announcer.begin();
      deliveries.setConnected(true);
      timers.after(RETAINED_WAIT_MS, wantMissing);
      await announced;
      log.info('connected', { brokerUrl: connection.state.brokerUrl });
      await jobs.tellAll();
    },
    onDisconnected() {
      subscriptions.end();
      deliveries.setConnected(false);
      announcer.end();
      timers.clear();
    },
    onProblem(error: AppError) {
      // A broker that is away for a week must not fill the log with one sentence.
      const leftOut = problemLimit.admit(error.message);
      if (leftOut !== undefined) log.warn('disconnected', { code: error.code, reason: error.message });
    },
  });
  const subscriptions = createSubscriptions({ topics, mac, documents, connection, onProblem: problem });
  let resendTimer: NodeJS.Timeout | undefined;

  return {
    async start() {
      const report = await journal.open();
      if (report.damagedLines > 0 || report.tornBytes > 0) log.warn('journal-repaired', { ...report });
      await documents.load();
      await recoverJobs({ journal, results, clock, processes, runFolder: folder.run, log });
      await removeLeftovers(journal, folder);
      connection.changed.on(options.onLinkState);
      // Spread, so that a fleet whose console was away does not send everything in the same second.
      resendTimer = setInterval(() => timers.after(Math.random() * RESEND_MS, tellAll), RESEND_MS);
      connection.start();
      pipes.prepare().catch((error: unknown) => problem('pipes-not-prepared', error));
    },
    async stop() {
      clearInterval(resendTimer);
      await jobs.stop();
      await connection.stop(() => announcer.farewell());
      timers.clear();
      await journal.close();
    },
    isHealthy: () => connection.connected || monotonicMs() - connection.activeAtMs < UNHEALTHY_MS,
  };
}

/** Timers that end with the connection. */
function createTimers() {
  const running = new Set<NodeJS.Timeout>();
  return {
    after(delayMs: number, work: () => void): void {
      const timer = setTimeout(() => {
        running.delete(timer);
        work();
      }, delayMs);
      running.add(timer);
    },
    clear(): void {
      for (const timer of running) clearTimeout(timer);
      running.clear();
    },
  };
}
