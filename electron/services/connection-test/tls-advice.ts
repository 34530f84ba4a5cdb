import type { PeerCertificate } from 'node:tls';
import type { BrokerAddress } from './broker-address.ts';
import { isAbort } from './network-stages.ts';
import { codeOf, type Finding, inSeconds, messageOf } from './stage.ts';

interface CertificateContext {
  certificate: PeerCertificate;
  expectedName: string;
  /** True when the settings hold a CA certificate of their own. */
  hasCa: boolean;
}

/** Says why the broker's certificate was not accepted. `code` is what OpenSSL or the name check calls it. */
export function describeCertificateError(code: string, context: CertificateContext): Finding {
  const { certificate, expectedName, hasCa } = context;
  const now = new Date().toISOString().slice(0, 16).replace('T', ' ');
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return {
        detail: `The broker’s certificate, or that of its authority, has expired (valid until ${certificate.valid_to}); this machine’s clock says ${now} UTC.`,
        advice:
          'If the clock is right, renew the certificate on the broker; otherwise set this machine’s clock.',
      };
    case 'CERT_NOT_YET_VALID':
      return {
        detail: `The broker’s certificate is not valid yet (from ${certificate.valid_from}); this machine’s clock says ${now} UTC.`,
        advice:
          'Set this machine’s clock. If it is right, the certificate was made on a machine whose clock was wrong.',
      };
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return {
        detail: `The broker’s certificate is not for “${expectedName}” but for ${listNames(certificate)}.`,
        advice: 'Use one of these names in the address, or enter it as the name in the broker’s certificate.',
      };
    case 'CERT_REVOKED':
      return {
        detail: 'The broker’s certificate has been revoked by its authority.',
        advice: 'Give the broker a new certificate.',
      };
    case 'INVALID_PURPOSE':
    case 'INVALID_CA':
      return {
        detail:
          'The broker’s certificate, or the CA certificate that was entered, was not made for this purpose.',
        advice:
          'Enter the certificate of the authority itself, and give the broker one that was issued for a server.',
      };
    default:
      return describeUntrusted(code, certificate, hasCa);
  }
}

function describeUntrusted(code: string, certificate: PeerCertificate, hasCa: boolean): Finding {
  const selfSigned = code === 'DEPTH_ZERO_SELF_SIGNED_CERT';
  const issuer = textOf(certificate.issuer?.CN) || textOf(certificate.issuer?.O) || 'an unnamed authority';
  const how = selfSigned
    ? 'The broker’s certificate is self-signed'
    : `The broker’s certificate was issued by “${issuer}”`;
  if (hasCa) {
    return {
      detail: `${how}, which is not the CA certificate that was entered.`,
      advice:
        'Enter the CA certificate that belongs to this broker, often called ca.crt. If you expected this one to fit, another machine may be answering.',
    };
  }
  return {
    detail: `${how}, which this machine does not know.`,
    advice: selfSigned
      ? 'Enter the broker’s own certificate as the CA certificate, if you know that it is genuine.'
      : 'Enter the certificate of that authority, often called ca.crt, as the CA certificate.',
  };
}

/** Says why the handshake itself failed. */
export function describeTlsError(
  error: unknown,
  { host, port, transport }: BrokerAddress,
  limitMs: number,
): Finding {
  const code = codeOf(error);
  const plain = transport === 'wss' ? 'ws' : 'mqtt';
  const clientFinding = describeClientCertificateAlert(error);
  if (clientFinding) return clientFinding;
  if (
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNKNOWN_PROTOCOL|UNEXPECTED_MESSAGE/.test(code)
  ) {
    return {
      detail: `Port ${port} of ${host} answers, but not with TLS.`,
      advice: `Write ${plain}:// instead of ${transport}://, or enter the broker’s TLS port, usually ${transport === 'wss' ? '443 or 8084' : '8883'}.`,
    };
  }
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    return {
      detail: `Port ${port} of ${host} ended the connection instead of shaking hands.`,
      advice: `It may be a port without TLS: write ${plain}:// instead of ${transport}://, or enter the broker’s TLS port, usually ${transport === 'wss' ? '443 or 8084' : '8883'}.`,
    };
  }
  if (isAbort(error)) {
    return {
      detail: `Port ${port} of ${host} accepted the connection but said nothing for ${inSeconds(limitMs)}.`,
      advice: `It may be a port without TLS, or the broker may hang. Try ${plain}://, or restart the broker.`,
    };
  }
  if (
    /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|NO_SHARED_CIPHER|HANDSHAKE_FAILURE|INSUFFICIENT_SECURITY/.test(
      code,
    )
  ) {
    return {
      detail:
        'The broker and this machine have no TLS version or cipher in common, or the broker demands a client certificate.',
      advice:
        'Let the broker offer TLS 1.2 or 1.3. If it demands a client certificate, enter certificate and key.',
    };
  }
  return {
    detail: `The TLS handshake failed: ${messageOf(error)}.`,
    advice: 'Check the certificates on both sides.',
  };
}

/**
 * Recognises a broker that turned down our side of the handshake. With TLS 1.3 that arrives after the handshake is
 * complete for us, so later stages ask as well.
 */
export function describeClientCertificateAlert(error: unknown): Finding | undefined {
  const text = `${codeOf(error)} ${messageOf(error)}`;
  if (!/alert/i.test(text)) return undefined;
  if (/certificate[_ ]required/i.test(text)) {
    return {
      detail: 'The broker demands a client certificate, and none was sent.',
      advice: 'Enter the client certificate and its private key.',
    };
  }
  if (
    /unknown[_ ]ca|bad[_ ]certificate|certificate[_ ](unknown|revoked|expired)|unsupported[_ ]cert|access[_ ]denied/i.test(
      text,
    )
  ) {
    return {
      detail: 'The broker does not accept the client certificate.',
      advice: 'Enter one that was issued by the authority that the broker trusts and that has not expired.',
    };
  }
  return undefined;
}

function listNames(certificate: PeerCertificate): string {
  const names = (certificate.subjectaltname ?? '')
    .split(', ')
    .map((entry) => entry.replace(/^(DNS|IP Address):/, ''))
    .filter(Boolean);
  if (names.length === 0) names.push(textOf(certificate.subject?.CN) || 'nobody');
  const shown = names.slice(0, 6).join(', ');
  return names.length > 6 ? `${shown} and ${names.length - 6} more` : shown;
}

function textOf(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? '';
}
