import type { z } from 'zod';
import { BrokerSettings, EmbeddedBrokerSettings, SiteName } from '../../../contract/model/site.ts';

/** A message for each field that is not acceptable. */
export type FieldErrors = Readonly<Record<string, string>>;

/** What is typed into the form of a broker that exists. Empty fields mean “not given”. */
export interface BrokerDraft {
  name: string;
  url: string;
  username: string;
  password: string;
  caPem: string;
  clientCertPem: string;
  clientKeyPem: string;
  serverName: string;
  rootTopic: string;
  deviceUsername: string;
  devicePassword: string;
}

export function emptyBrokerDraft(): BrokerDraft {
  return {
    name: '',
    url: '',
    username: '',
    password: '',
    caPem: '',
    clientCertPem: '',
    clientKeyPem: '',
    serverName: '',
    rootTopic: 'iotm-sys',
    deviceUsername: '',
    devicePassword: '',
  };
}

/** Settings of the broker, or a message for each field that is wrong. */
export function readBrokerDraft(draft: BrokerDraft): {
  broker: BrokerSettings | undefined;
  errors: FieldErrors;
} {
  const { name: _name, ...fields } = draft;
  const given = Object.fromEntries(
    Object.entries(fields)
      .map(([key, value]) => [key, key.toLowerCase().includes('password') ? value : value.trim()])
      .filter(([, value]) => value !== ''),
  );
  const parsed = BrokerSettings.safeParse({ url: '', ...given });
  const errors: Record<string, string> = parsed.success ? {} : fieldErrors(parsed.error);
  if (draft.url.trim() === '') errors.url = 'Write the broker’s address, such as mqtts://192.168.1.20:8883.';
  if ((draft.clientCertPem.trim() === '') !== (draft.clientKeyPem.trim() === '')) {
    errors[draft.clientKeyPem.trim() === '' ? 'clientKeyPem' : 'clientCertPem'] =
      'A client certificate and its key belong together: give both or neither.';
  }
  const fine = parsed.success && Object.keys(errors).length === 0;
  return { broker: fine ? parsed.data : undefined, errors };
}

/** A message when the name of a site is not acceptable. */
export function siteNameError(name: string): string | undefined {
  const parsed = SiteName.safeParse(name);
  return parsed.success
    ? undefined
    : sentence(parsed.error.issues[0]?.message ?? 'This name is not accepted');
}

/** Settings of the embedded broker, or messages. */
export function readEmbeddedDraft(draft: { tlsPort: string; rootTopic: string }): {
  broker: EmbeddedBrokerSettings | undefined;
  errors: FieldErrors;
} {
  const port = Number(draft.tlsPort);
  const errors: Record<string, string> = {};
  if (draft.tlsPort.trim() === '' || !Number.isInteger(port) || port < 0 || port > 65_535) {
    errors.tlsPort = 'A port is a number from 1 to 65535; 0 lets the system choose one.';
  }
  const parsed = EmbeddedBrokerSettings.safeParse({ tlsPort: port, rootTopic: draft.rootTopic.trim() });
  if (!parsed.success) Object.assign(errors, { ...fieldErrors(parsed.error), ...errors });
  const fine = parsed.success && Object.keys(errors).length === 0;
  return { broker: fine ? parsed.data : undefined, errors };
}

function fieldErrors(error: z.ZodError): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const issue of error.issues) {
    const field = String(issue.path[0] ?? '');
    errors[field] ??= sentence(issue.message);
  }
  return errors;
}

function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** A name for a site on a broker nobody has named yet: its host. */
export function suggestedName(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.slice(0, 64) : '';
}
