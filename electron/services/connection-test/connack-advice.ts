import type { BrokerAddress } from './broker-address.ts';
import type { SessionFailure } from './mqtt-stage.ts';
import { codeOf, type Finding, inSeconds, messageOf } from './stage.ts';

interface ConnackContext {
  address: BrokerAddress;
  username: string | undefined;
  limitMs: number;
}

/** True when the broker may still speak MQTT 3.1.1: it refused the version, or it choked on the CONNECT. */
export function mayBeVersionProblem(failure: SessionFailure): boolean {
  if (failure.kind === 'refused') return failure.code === 1 || failure.code === 132;
  return failure.kind === 'closed';
}

/** Says why the broker did not welcome the client. */
export function describeSessionFailure(failure: SessionFailure, context: ConnackContext): Finding {
  const { address, limitMs } = context;
  switch (failure.kind) {
    case 'refused':
      return describeRefusal(failure.code, context.username);
    case 'http-status':
      return describeHttpStatus(failure.status, address);
    case 'not-websocket':
      return describeNoWebSocket(failure.error, address);
    case 'timeout':
      return {
        detail: `${address.host} accepted the connection to port ${address.port} but gave no MQTT answer within ${inSeconds(limitMs)}.`,
        advice:
          'Check that this port belongs to the MQTT broker. If it does, the broker may hang: restart it.',
      };
    case 'closed':
      return describeClosed(failure, address);
  }
}

// MQTT 3.1.1 §3.2.2.3 and MQTT 5 §3.2.2.2.
function describeRefusal(code: number, username: string | undefined): Finding {
  const who = username === undefined ? 'without a user name' : `as “${username}”`;
  switch (code) {
    case 4:
    case 134:
      return {
        detail: `The broker refused to let this site in ${who}: bad user name or password.`,
        advice: 'Check user name and password, capital letters included.',
      };
    case 5:
    case 135:
      // Mosquitto says "not authorised" for a wrong password, too.
      return {
        detail: `The broker refused to let this site in ${who}: not authorised.`,
        advice:
          username === undefined
            ? 'This broker wants a user name and a password: enter them.'
            : 'Check user name and password, and that this account may connect from here.',
      };
    case 2:
    case 133:
      return {
        detail: 'The broker does not accept the client identifier of the test.',
        advice: 'Let the broker accept identifiers that begin with “muster-”.',
      };
    case 3:
    case 136:
    case 137:
      return {
        detail: 'The broker says that it cannot serve anyone at the moment.',
        advice: 'Wait a little and try again; if it stays so, look at the broker’s log.',
      };
    case 1:
    case 132:
      return {
        detail: 'The broker speaks neither MQTT 5 nor MQTT 3.1.1.',
        advice: 'Update the broker.',
      };
    case 138:
      return {
        detail: 'The broker has banned this client.',
        advice: 'Lift the ban in the broker’s settings.',
      };
    case 151:
    case 159:
      return {
        detail: 'The broker has reached a limit on connections.',
        advice: 'Raise the limit in the broker’s settings, or wait until others have left.',
      };
    default:
      return {
        detail: `The broker refused the connection with code ${code}.`,
        advice: 'Look up this time in the broker’s log.',
      };
  }
}

function describeHttpStatus(status: number, { path, transport }: BrokerAddress): Finding {
  if (status === 404) {
    return {
      detail: `The web server there knows no path ${path} (404).`,
      advice: 'Enter the broker’s WebSocket path at the end of the address; usual ones are /mqtt and /ws.',
    };
  }
  if (status === 401 || status === 403) {
    return {
      detail: `The web server there demands rights of its own before it lets anyone to the broker (${status}).`,
      advice: 'Allow the WebSocket path in the web server or proxy in front of the broker.',
    };
  }
  if (status >= 500) {
    return {
      detail: `The web server in front of the broker answered with error ${status}.`,
      advice: 'Check that the broker behind it is running.',
    };
  }
  return {
    detail: `A web server answered, but it does not offer MQTT over WebSocket at ${path} (status ${status}).`,
    advice: `Check path and port, or use ${transport === 'wss' ? 'mqtts' : 'mqtt'}:// with the broker’s own port.`,
  };
}

function describeNoWebSocket(error: Error, { host, port, transport }: BrokerAddress): Finding {
  const plain = transport === 'wss' ? 'mqtts' : 'mqtt';
  if (/subprotocol/i.test(error.message)) {
    return {
      detail: `The WebSocket server on port ${port} of ${host} does not speak MQTT.`,
      advice: 'Check path and port: another program answers there.',
    };
  }
  return {
    detail: `Port ${port} of ${host} does not answer as a WebSocket server.`,
    advice: `If it is the broker’s plain MQTT port, write ${plain}:// instead of ${transport}://.`,
  };
}

function describeClosed(
  failure: SessionFailure & { kind: 'closed' },
  { host, port, isSecure, transport }: BrokerAddress,
): Finding {
  const start = failure.firstBytes.toString('latin1');
  if (start.startsWith('HTTP/')) {
    return {
      detail: `Port ${port} of ${host} belongs to a web server, not to an MQTT broker.`,
      advice: 'Enter the broker’s MQTT port, usually 1883 or 8883, or write ws:// for MQTT over WebSocket.',
    };
  }
  if (!isSecure && failure.firstBytes[0] === 0x15 && failure.firstBytes[1] === 0x03) {
    return {
      detail: `Port ${port} of ${host} demands TLS.`,
      advice: `Write ${transport}s:// instead of ${transport}://, or enter the port without TLS, usually 1883.`,
    };
  }
  if (start !== '') {
    return {
      detail: `Port ${port} of ${host} answers with something that is not MQTT.`,
      advice: 'Check the port: another program answers there.',
    };
  }
  const reset = codeOf(failure.error) === '' ? '' : ` (${messageOf(failure.error)})`;
  return {
    detail: `${host} ended the connection to port ${port} without an MQTT answer${reset}.`,
    advice: isSecure
      ? 'Check that this port belongs to the MQTT broker, and look up this time in the broker’s log.'
      : `If the port demands TLS, write ${transport}s:// instead of ${transport}://. Otherwise look up this time in the broker’s log.`,
  };
}
