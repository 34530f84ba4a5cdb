import { AppError } from '../../contract/lib/errors.ts';
import { createSignal, type Signal } from '../../contract/lib/signal.ts';
import type { Backoff } from './backoff.ts';
import type { BrokerFinder } from './broker-finder.ts';
import { parseBrokerUrl } from './broker-url.ts';
import type { MqttSession, PublishOptions, SessionOptions } from './mqtt-session.ts';

/** What is said of the connection in the status file. */
export interface LinkState {
  readonly connected: boolean;
  readonly brokerUrl: string | undefined;
  /** What went wrong last and what to do, or empty. */
  readonly detail: string;
}

/** Keeps one session with the broker, for as long as the agent runs. */
export interface Connection {
  start(): void;
  /** Ends the session; `farewell` may still publish. */
  stop(farewell: () => Promise<void>): Promise<void>;
  /** Throws `offline` while there is no session. */
  publish(topic: string, payload: string, options: PublishOptions): Promise<void>;
  subscribe(topics: readonly string[]): Promise<void>;
  unsubscribe(topics: readonly string[]): Promise<void>;
  readonly connected: boolean;
  readonly state: LinkState;
  readonly changed: Signal<LinkState>;
  /** When something last happened: an attempt, a message. A watchdog looks at it. */
  readonly activeAtMs: number;
}

/** A session that lasts this long was a good one: the next attempt starts with short delays again. */
const STABLE_MS = 2_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** How long a stopping agent waits for a broker that does not answer. */
const FAREWELL_MS = 1_000;
/** Rounds over all addresses that fail before the network is asked where the broker is. */
const ROUNDS_BEFORE_SEARCH = 2;

export interface ConnectionOptions {
  readonly brokerUrls: readonly string[];
  /** An address found earlier that is not among the configured ones. */
  readonly rememberedUrl: string | undefined;
  readonly onFound: (url: string) => Promise<void>;
  /** Undefined where an announcement could not be trusted: without an authority of the site. */
  readonly finder: BrokerFinder | undefined;
  readonly backoff: Backoff;
  readonly monotonicMs: () => number;
  readonly connect: (options: SessionOptions) => Promise<MqttSession>;
  /** Everything of the session but its address and what this loop adds; called for every attempt. */
  readonly sessionOptions: () => Omit<
    SessionOptions,
    'url' | 'connectTimeoutMs' | 'signal' | 'onClose' | 'onMessage'
  >;
  readonly onMessage: (topic: string, payload: Buffer) => Promise<void>;
  /** Called for every new session: subscribe, announce. A failure ends that session. */
  readonly onConnected: () => Promise<void>;
  readonly onDisconnected: () => void;
  readonly onProblem: (problem: AppError) => void;
}

export function createConnection(options: ConnectionOptions): Connection {
  const changed = createSignal<LinkState>();
  let state: LinkState = { connected: false, brokerUrl: undefined, detail: '' };
  let session: MqttSession | undefined;
  let stopping = false;
  const stopped = new AbortController();
  let wake: (() => void) | undefined;
  let loop: Promise<void> = Promise.resolve();
  let activeAtMs = 0;
  let foundUrls: string[] = options.rememberedUrl === undefined ? [] : [options.rememberedUrl];

  function setState(next: LinkState): void {
    const same =
      next.connected === state.connected &&
      next.brokerUrl === state.brokerUrl &&
      next.detail === state.detail;
    state = next;
    if (!same) changed.emit(next);
  }

  function active(): void {
    activeAtMs = options.monotonicMs();
  }

  function sleep(durationMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, durationMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** One whole session with one address. Returns when it has ended; throws when it could not be made. */
  async function runSession(text: string): Promise<void> {
    const url = parseBrokerUrl(text);
    let closed: (reason: AppError) => void = () => undefined;
    const end = new Promise<AppError>((resolve) => {
      closed = resolve;
    });
    const made = await options.connect({
      ...options.sessionOptions(),
      url,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      signal: stopped.signal,
      onClose: closed,
      onMessage: (topic, payload) => {
        active();
        return options.onMessage(topic, payload);
      },
    });
    if (stopping) {
      await made.end();
      return;
    }
    session = made;
    const since = options.monotonicMs();
    setState({ connected: true, brokerUrl: url.text, detail: '' });
    try {
      if (foundUrls.includes(text) && !options.brokerUrls.includes(text)) await options.onFound(text);
      const failed = options.onConnected().then(
        () => undefined,
        (error: unknown) => {
          if (!stopping) options.onProblem(asAppError(error));
          return made.end().then(() => undefined);
        },
      );
      const reason = await end;
      await failed;
      if (!stopping) options.onProblem(reason);
      setState({ connected: false, brokerUrl: url.text, detail: stopping ? '' : reason.message });
    } finally {
      session = undefined;
      options.onDisconnected();
      if (options.monotonicMs() - since > STABLE_MS) options.backoff.reset();
    }
  }

  async function attempt(text: string): Promise<'ended' | 'failed'> {
    active();
    try {
      await runSession(text);
      return 'ended';
    } catch (error) {
      const problem = asAppError(error);
      if (!stopping) options.onProblem(problem);
      setState({ connected: false, brokerUrl: state.brokerUrl, detail: problem.message });
      return 'failed';
    }
  }

  async function run(): Promise<void> {
    let preferred = options.rememberedUrl;
    let failedRounds = 0;
    while (!stopping) {
      const all = [...new Set([preferred, ...options.brokerUrls, ...foundUrls])];
      let ended = false;
      for (const url of all) {
        if (url === undefined || stopping) continue;
        if ((await attempt(url)) === 'ended') {
          ended = true;
          preferred = url;
          break;
        }
      }
      failedRounds = ended ? 0 : failedRounds + 1;
      if (stopping) return;
      if (options.finder && failedRounds >= ROUNDS_BEFORE_SEARCH) {
        const heard = await options.finder.find();
        foundUrls = [...new Set([...heard, ...(heard.length > 0 ? [] : foundUrls)])];
        failedRounds = 0;
        if (heard.length > 0) continue;
      }
      await sleep(options.backoff.next());
    }
  }

  const offline = (): MqttSession => {
    if (!session) throw new AppError('offline', 'There is no connection to the broker.');
    return session;
  };

  return {
    changed,
    get connected() {
      return state.connected;
    },
    get state() {
      return state;
    },
    get activeAtMs() {
      return activeAtMs;
    },
    start() {
      active();
      loop = run();
    },
    async stop(farewell) {
      stopping = true;
      wake?.();
      const last = session;
      if (last) {
        try {
          await Promise.race([farewell(), pause(FAREWELL_MS)]);
        } finally {
          await last.end();
        }
      }
      stopped.abort();
      await Promise.race([loop, pause(FAREWELL_MS)]);
    },
    publish: async (topic, payload, publishOptions) => offline().publish(topic, payload, publishOptions),
    subscribe: async (topics) => offline().subscribe(topics),
    unsubscribe: async (topics) => offline().unsubscribe(topics),
  };
}

const pause = (durationMs: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, durationMs).unref());

function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('internal', error instanceof Error ? error.message : String(error), undefined, {
    cause: error,
  });
}
