import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import { type ConnectionOptions, connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import type { BrokerSettings } from '../../../contract/model/site.ts';
import type { BrokerAddress } from './broker-address.ts';
import { checkPem } from './pem-check.ts';
import { failed, passed, type StageOutcome } from './stage.ts';
import { describeCertificateError, describeTlsError } from './tls-advice.ts';

type TlsSettings = Pick<BrokerSettings, 'caPem' | 'clientCertPem' | 'clientKeyPem' | 'serverName'>;

/** Stage `tls`: shakes hands and judges the broker's certificate. */
export async function secure(
  socket: Socket,
  address: BrokerAddress,
  settings: TlsSettings,
  { signal, limitMs }: { signal: AbortSignal; limitMs: number },
): Promise<StageOutcome<TLSSocket>> {
  const expectedName = settings.serverName ?? address.host;
  const unusable = checkPem(settings);
  if (unusable) {
    socket.destroy();
    return failed(unusable);
  }
  try {
    const tls = await shakeHands(socket, expectedName, settings, signal);
    const certificate = tls.getPeerCertificate(true);
    if (!tls.authorized) {
      tls.destroy();
      const code = String(tls.authorizationError ?? '');
      return failed(
        describeCertificateError(code, { certificate, expectedName, hasCa: settings.caPem !== undefined }),
      );
    }
    return passed(
      tls,
      `${tls.getProtocol()}, certificate for ${nameOf(certificate)}, valid until ${certificate.valid_to}.`,
    );
  } catch (error) {
    socket.destroy();
    return failed(describeTlsError(error, address, limitMs));
  }
}

function shakeHands(
  socket: Socket,
  expectedName: string,
  settings: TlsSettings,
  signal: AbortSignal,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const options: ConnectionOptions = {
      socket,
      host: expectedName,
      // The certificate is judged below, so that the report can quote it; nothing is sent before that.
      rejectUnauthorized: false,
    };
    // Server Name Indication holds names only (RFC 6066 §3).
    if (isIP(expectedName) === 0) options.servername = expectedName;
    if (settings.caPem !== undefined) options.ca = settings.caPem;
    if (settings.clientCertPem !== undefined) options.cert = settings.clientCertPem;
    if (settings.clientKeyPem !== undefined) options.key = settings.clientKeyPem;
    let tls: TLSSocket;
    try {
      tls = connect(options);
    } catch (error) {
      // A CA, certificate or key that OpenSSL cannot use.
      reject(error);
      return;
    }
    const abort = (): void => {
      tls.destroy();
      reject(signal.reason);
    };
    const settle = (): void => signal.removeEventListener('abort', abort);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    tls.once('secureConnect', () => {
      settle();
      tls.removeAllListeners('error');
      resolve(tls);
    });
    tls.once('error', (error) => {
      settle();
      reject(error);
    });
  });
}

function nameOf(certificate: PeerCertificate): string {
  const { CN } = certificate.subject ?? {};
  return (Array.isArray(CN) ? CN[0] : CN) ?? 'an unnamed server';
}
