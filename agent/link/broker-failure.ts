import { AppError } from '../../contract/lib/errors.ts';
import { systemErrorCode } from '../system/files.ts';
import type { BrokerUrl } from './broker-url.ts';

const CONNACK_REFUSALS: Record<number, string> = {
  1: 'does not speak MQTT 3.1.1. Use a broker that does, such as Mosquitto 2.',
  2: 'does not accept this client’s name. Allow client ids that start with muster-agent-.',
  3: 'says that it is not available. Wait, or look at the broker’s log.',
};

/** Turns a failed connection into a sentence that names the stage and what to do. `url.text` holds no secret. */
export function brokerFailure(cause: unknown, url: BrokerUrl): AppError {
  if (cause instanceof AppError) return cause;
  const options = { cause };
  const connack =
    cause instanceof Error && 'code' in cause && typeof cause.code === 'number' ? cause.code : 0;
  if (connack === 4 || connack === 5) {
    return new AppError(
      'denied',
      `The broker ${url.text} refuses this user or password. Make a new enrolment file and join again.`,
      undefined,
      options,
    );
  }
  const refusal = CONNACK_REFUSALS[connack];
  if (refusal !== undefined)
    return new AppError('incompatible', `The broker ${url.text} ${refusal}`, undefined, options);
  const code = systemErrorCode(cause) ?? '';
  const message = cause instanceof Error ? cause.message : String(cause);
  const offline = (sentence: string): AppError => new AppError('offline', sentence, undefined, options);
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return offline(
        `The name ${url.host} is not known here. Use the broker’s address, or check the name server.`,
      );
    case 'ECONNREFUSED':
      return offline(
        `Nothing listens on ${url.text}. Check that the broker runs and that the port is right.`,
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENETDOWN':
    case 'EADDRNOTAVAIL':
      return offline(`There is no way to ${url.host} from this device. Check its network cable or Wi-Fi.`);
    case 'ETIMEDOUT':
      return offline(`${url.text} does not answer. Check the address and the firewall.`);
    case 'CERT_NOT_YET_VALID':
    case 'CERT_HAS_EXPIRED':
      return new AppError(
        'denied',
        `The certificate of ${url.text} is not valid at this device’s time (${new Date().toISOString()}). Set its clock, or renew the certificate.`,
        undefined,
        options,
      );
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'CERT_SIGNATURE_FAILURE':
      return new AppError(
        'denied',
        `${url.text} is not the broker that this device was enrolled with (${code}). Make a new enrolment file if the site changed.`,
        undefined,
        options,
      );
    default:
      return offline(`${url.text} could not be reached: ${message || code || 'the connection was closed'}.`);
  }
}
