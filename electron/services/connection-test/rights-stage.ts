import type { IConnackPacket, MqttClient } from 'mqtt';
import { formatBytes } from '../../../contract/lib/bytes.ts';
import { MESSAGE_LIMIT_BYTES } from '../../../contract/wire/limits.ts';
import { CONTROL_SUBSCRIPTIONS, createTopics } from '../../../contract/wire/topics.ts';
import { type Finding, failed, inSeconds, passed, type StageOutcome } from './stage.ts';

interface RightsOptions {
  rootTopic: string;
  username: string | undefined;
  protocol: 4 | 5;
  probeId: string;
  signal: AbortSignal;
  limitMs: number;
}

/** No device has this address, so a message to it reaches nobody; MQTT 5 still says whether it was allowed. */
const NOBODY = '000000000000';
const NOT_AUTHORISED = 135;
/** Slower than this for the largest message there and back is worth a remark. */
const SLOW_MS = 2000;
/** Topic and header on top of the largest payload. */
const PACKET_OVERHEAD_BYTES = 1024;

/**
 * Stage `rights`: subscribes to all that the control centre needs, sends a probe and waits for it. A broker with
 * MQTT 3.1.1 takes forbidden messages without a word, and Mosquitto also grants subscriptions that it will not serve;
 * so only what comes back is proof.
 */
export async function checkRights(
  client: MqttClient,
  connack: IConnackPacket,
  options: RightsOptions,
): Promise<StageOutcome<undefined>> {
  const topics = createTopics(options.rootTopic);
  const account =
    options.username === undefined ? 'An anonymous client' : `The account “${options.username}”`;
  const probe = topics.probe(options.probeId);
  const limits = describeBrokerLimits(connack);
  if (limits) return failed(limits);

  const filters = [probe, ...CONTROL_SUBSCRIPTIONS.map((filter) => `${topics.base}/${filter}`)];
  const refusedFilters = await subscribe(client, filters, options.signal);
  if (refusedFilters === 'timeout') return failed(silent(options, 'the subscriptions'));
  if (refusedFilters === 'closed')
    return failed(hungUp(account, 'subscribed to its topics', options.rootTopic));
  if (refusedFilters.length > 0) {
    return failed({
      detail: `${account} may not subscribe to ${refusedFilters.join(', ')}.`,
      advice: readWriteAdvice(options.rootTopic),
    });
  }

  const small = await sendProbe(client, probe, Buffer.from('probe'), options);
  if (small === 'denied' || small === 'lost') {
    const detail =
      small === 'denied'
        ? `${account} may not publish on ${probe}.`
        : `The broker took a test message on ${probe} but did not deliver it back: ${lowerFirst(account)} may not publish there, or may not read it.`;
    return failed({ detail, advice: readWriteAdvice(options.rootTopic) });
  }
  if (small === 'closed') return failed(hungUp(account, `published on ${probe}`, options.rootTopic));

  const request = topics.deviceRequest(NOBODY);
  if (
    options.protocol === 5 &&
    (await publish(client, request, Buffer.from('probe'), options.signal)) === 'denied'
  ) {
    return failed({
      detail: `${account} may not publish on ${topics.base}/device/+/request, so no device could be commanded.`,
      advice: readWriteAdvice(options.rootTopic),
    });
  }

  const startedMs = performance.now();
  const large = await sendProbe(client, probe, Buffer.alloc(MESSAGE_LIMIT_BYTES, 0x2e), options);
  if (large === 'denied' || large === 'closed') {
    return failed({
      detail: `Small messages come through, but one of ${formatBytes(MESSAGE_LIMIT_BYTES)} does not.`,
      advice: sizeAdvice(),
    });
  }
  const may = `${account} may publish and subscribe under ${topics.base}/.`;
  const retain =
    connack.properties?.retainAvailable === false
      ? ' The broker keeps no retained messages; devices are asked again instead.'
      : '';
  const tookMs = performance.now() - startedMs;
  if (large === 'received' && tookMs < SLOW_MS) return passed(undefined, `${may}${retain}`);
  // Mosquitto 2.0 reads about 40 kB/s from a WebSocket. That works, but people should know.
  const slow =
    large === 'lost'
      ? `had not come back within ${inSeconds(tookMs)}`
      : `took ${inSeconds(tookMs)} to the broker and back`;
  return passed(
    undefined,
    `${may}${retain} A message of ${formatBytes(MESSAGE_LIMIT_BYTES)} ${slow}: long results will come late over this connection.`,
    'If the broker offers mqtts:// or mqtt://, prefer it to WebSocket; otherwise check the network.',
  );
}

/** What an MQTT 5 broker says of itself that would not do. */
function describeBrokerLimits({ properties }: IConnackPacket): Finding | undefined {
  const size = properties?.maximumPacketSize;
  if (size !== undefined && size < MESSAGE_LIMIT_BYTES + PACKET_OVERHEAD_BYTES) {
    return { detail: `The broker takes messages of at most ${formatBytes(size)}.`, advice: sizeAdvice() };
  }
  if (properties?.maximumQoS === 0) {
    return {
      detail: 'The broker offers no acknowledged messages (only QoS 0).',
      advice: 'Allow QoS 1 in the broker’s settings, or use another broker.',
    };
  }
  if (properties?.wildcardSubscriptionAvailable === false) {
    return {
      detail: 'The broker offers no subscriptions with wildcards.',
      advice: 'Allow them in the broker’s settings, or use another broker.',
    };
  }
  return undefined;
}

function subscribe(
  client: MqttClient,
  filters: string[],
  signal: AbortSignal,
): Promise<string[] | 'timeout' | 'closed'> {
  return settle<string[]>(client, signal, (done) => {
    client.subscribe(filters, { qos: 1 }, (error, _granted, packet) => {
      // On a refusal MQTT.js reports an error and hands over the SUBACK; its type of it is too wide.
      const codes = (packet as { granted?: unknown[] } | undefined)?.granted;
      if (codes) done(filters.filter((_filter, index) => Number(codes[index]) >= 128));
      else if (error) done('closed');
      else done([]);
    });
  });
}

type Published = 'taken' | 'denied' | 'timeout' | 'closed';

function publish(
  client: MqttClient,
  topic: string,
  payload: Buffer,
  signal: AbortSignal,
): Promise<Published> {
  return settle<'taken' | 'denied'>(client, signal, (done) => {
    client.publish(topic, payload, { qos: 1 }, (error) => {
      const code = (error as { code?: number } | null | undefined)?.code;
      if (!error) done('taken');
      else done(code === NOT_AUTHORISED ? 'denied' : 'closed');
    });
  });
}

async function sendProbe(
  client: MqttClient,
  topic: string,
  payload: Buffer,
  { signal }: RightsOptions,
): Promise<'received' | 'denied' | 'lost' | 'closed'> {
  const arrival = settle<'received'>(client, signal, (done) => {
    client.on('message', (arrivedOn, arrived) => {
      if (arrivedOn === topic && arrived.length === payload.length) done('received');
    });
  });
  const published = await publish(client, topic, payload, signal);
  if (published === 'denied') return 'denied';
  if (published === 'closed') return 'closed';
  const arrived = await arrival;
  return arrived === 'timeout' ? 'lost' : arrived;
}

/** Waits for an answer, the end of the connection or the time limit, whichever comes first. */
function settle<T>(
  client: MqttClient,
  signal: AbortSignal,
  begin: (done: (value: T | 'closed') => void) => void,
): Promise<T | 'timeout' | 'closed'> {
  return new Promise((resolve) => {
    const closed = (): void => finish('closed');
    const abort = (): void => finish('timeout');
    const finish = (value: T | 'timeout' | 'closed'): void => {
      client.removeListener('close', closed);
      signal.removeEventListener('abort', abort);
      resolve(value);
    };
    client.once('close', closed);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    if (client.connected) begin(finish);
    else closed();
  });
}

function silent({ limitMs }: RightsOptions, what: string): Finding {
  return {
    detail: `The broker did not answer ${what} within ${inSeconds(limitMs)}.`,
    advice: 'The broker may be overloaded: try again, and look at its log.',
  };
}

function hungUp(account: string, did: string, rootTopic: string): Finding {
  return {
    detail: `The broker ended the connection when ${lowerFirst(account)} ${did}.`,
    advice: readWriteAdvice(rootTopic),
  };
}

function readWriteAdvice(rootTopic: string): string {
  return `Give this account the right to read and write ${rootTopic}/# on the broker; in a Mosquitto ACL file: “topic readwrite ${rootTopic}/#”.`;
}

function sizeAdvice(): string {
  return 'Allow messages of at least 300,000 bytes on the broker; in Mosquitto: “max_packet_size 300000”, or remove that line.';
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
