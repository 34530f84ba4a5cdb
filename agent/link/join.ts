import { createHash, randomBytes } from 'node:crypto';
import { AppError, fromErrorBody } from '../../contract/lib/errors.ts';
import type { EnrolmentFile } from '../../contract/model/enrolment.ts';
import { createDocumentOpener, type Signer } from '../../contract/wire/documents.ts';
import { JOIN_LIMIT_BYTES } from '../../contract/wire/limits.ts';
import { type Join, Joined } from '../../contract/wire/messages/site.ts';
import { createTopics } from '../../contract/wire/topics.ts';
import { PROTOCOL_VERSION } from '../../contract/wire/version.ts';
import { parseBrokerUrl } from './broker-url.ts';
import { connectSession, type MqttSession, type SessionOptions } from './mqtt-session.ts';

/** The account that a device uses from now on. */
export interface Account {
  readonly username: string | undefined;
  readonly password: string | undefined;
}

const ANSWER_LIMIT_MS = 20_000;
const CONNECT_TIMEOUT_MS = 10_000;

/** The first broker of the file that lets us in. Throws what the last one said; a refusal counts more than silence. */
async function connectToAny(
  enrolment: EnrolmentFile,
  options: Pick<SessionOptions, 'clientId' | 'onMessage' | 'onClose'>,
): Promise<MqttSession> {
  let failure: AppError | undefined;
  for (const text of enrolment.brokerUrls) {
    try {
      return await connectSession({
        ...options,
        url: parseBrokerUrl(text),
        tls: enrolment,
        username: enrolment.username,
        password: enrolment.password,
        connectTimeoutMs: CONNECT_TIMEOUT_MS,
      });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (failure === undefined || failure.code === 'offline') failure = error;
    }
  }
  throw failure ?? new AppError('invalid', 'The enrolment file names no broker.');
}

/** `login: 'shared'`: only looks whether the account works. Throws `offline`, `denied`. */
export async function checkSharedAccount(enrolment: EnrolmentFile, mac: string): Promise<Account> {
  const session = await connectToAny(enrolment, {
    clientId: `muster-join-${mac}`,
    onMessage: () => Promise.resolve(),
    onClose: () => undefined,
  });
  await session.end();
  return { username: enrolment.username, password: enrolment.password };
}

/** `login: 'join'`: asks the control centre for an account of the device's own. Throws `offline`, `denied`, `timeout`. */
export async function requestAccount(
  enrolment: EnrolmentFile,
  device: { mac: string; signer: Signer; hostName: string },
): Promise<Account> {
  const { mac, signer } = device;
  const topics = createTopics(enrolment.rootTopic);
  const opener = createDocumentOpener();
  const nonce = randomBytes(16).toString('hex');
  const password = randomBytes(32).toString('hex');
  let answered: (answer: Joined) => void = () => undefined;
  let failed: (error: AppError) => void = () => undefined;
  const answer = new Promise<Joined>((resolve, reject) => {
    answered = resolve;
    failed = reject;
  });
  answer.catch(() => undefined); // it may fail while the session is still being set up, which fails too then
  const session = await connectToAny(enrolment, {
    clientId: `muster-join-${mac}`,
    onClose: failed,
    async onMessage(topic, payload) {
      if (topic !== topics.joined(mac)) return;
      try {
        const { payload: joined } = await opener.open({
          ...{
            jws: payload.toString('latin1'),
            type: 'muster-joined',
            limitBytes: JOIN_LIMIT_BYTES,
            schema: Joined,
          },
          accepts: (publicKey) => publicKey === enrolment.sitePublicKey,
        });
        const mine = joined.nonce === nonce && joined.mac === mac && joined.publicKey === signer.publicKey;
        if (mine && joined.site === enrolment.siteId) answered(joined);
      } catch (error) {
        if (!(error instanceof AppError)) throw error; // not signed by the site: as if it had not come
      }
    },
  });
  try {
    await session.subscribe([topics.joined(mac)]);
    const body: Join = {
      ...{ v: PROTOCOL_VERSION, site: enrolment.siteId, tokenId: enrolment.tokenId, mac },
      ...{ publicKey: signer.publicKey, hostName: device.hostName.slice(0, 256), nonce },
      passwordSha256: createHash('sha256').update(password).digest('hex'),
    };
    await session.publish(topics.join(mac), await signer.sign('muster-join', body), { qos: 1 });
    const joined = await withinLimit(answer);
    if (!joined.ok) {
      throw joined.error
        ? fromErrorBody(joined.error)
        : new AppError('denied', 'The site refuses this device.');
    }
  } finally {
    await session.end();
  }
  return { username: mac, password };
}

async function withinLimit(answer: Promise<Joined>): Promise<Joined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new AppError(
          'timeout',
          `The control centre did not answer within ${ANSWER_LIMIT_MS / 1000} s. Check that it is running and that it is the one that made this enrolment file.`,
        ),
      );
    }, ANSWER_LIMIT_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
