import { fileURLToPath } from 'node:url';
import { AppError } from '../../contract/lib/errors.ts';
import { ENROLMENT_LIMIT_BYTES, EnrolmentFile } from '../../contract/model/enrolment.ts';
import { decode } from '../../contract/wire/decode.ts';
import { readTextIfPresent, systemErrorCode } from '../system/files.ts';

const FETCH_LIMIT_MS = 20_000;
const MOST_REDIRECTS = 3;

/** Reads an enrolment file from a path or an address. Throws `not-found`, `invalid`, `too-large`, `offline`, `timeout`. */
export async function readEnrolment(source: string): Promise<EnrolmentFile> {
  const text = await readSource(source);
  try {
    return decode(EnrolmentFile, text, ENROLMENT_LIMIT_BYTES, 'The enrolment file');
  } catch (cause) {
    if (cause instanceof AppError && cause.code !== 'invalid') throw cause;
    throw new AppError(
      'invalid',
      `This is not an enrolment file of Muster: ${cause instanceof Error ? cause.message : String(cause)} Make one with “muster enrol --out FILE”.`,
      undefined,
      { cause },
    );
  }
}

async function readSource(source: string): Promise<string> {
  if (/^https?:\/\//i.test(source)) return download(new URL(source), MOST_REDIRECTS);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(source) && !source.startsWith('file://'))
    throw new AppError('invalid', 'An enrolment file comes from a path, file://, http:// or https://.');
  let path: string;
  try {
    path = source.startsWith('file://') ? fileURLToPath(source) : source;
  } catch (cause) {
    throw new AppError('invalid', `${source} does not name a file on this device.`, undefined, { cause });
  }
  const text = await readTextIfPresent(path, ENROLMENT_LIMIT_BYTES);
  if (text === undefined)
    throw new AppError('not-found', `${path} does not exist. Copy the enrolment file to this device first.`);
  return text;
}

/** Addresses may hold a token, so messages name the host only. */
async function download(url: URL, redirectsLeft: number): Promise<string> {
  const { get } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  const { response, body } = await new Promise<{
    response: import('node:http').IncomingMessage;
    body: string;
  }>((resolve, reject) => {
    const request = get(url, { headers: { accept: 'application/json' }, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > ENROLMENT_LIMIT_BYTES)
          request.destroy(
            new AppError('too-large', `${url.host} sent more than an enrolment file can have.`),
          );
        else chunks.push(chunk);
      });
      response.on('end', () => resolve({ response, body: Buffer.concat(chunks).toString('utf8') }));
      response.on('error', reject);
    });
    request.on('error', reject);
    const timeout = new AppError('timeout', `${url.host} did not answer within ${FETCH_LIMIT_MS / 1000} s.`);
    const timer = setTimeout(() => request.destroy(timeout), FETCH_LIMIT_MS);
    request.on('close', () => clearTimeout(timer));
  }).catch((cause: unknown) => {
    if (cause instanceof AppError) throw cause;
    const reason = systemErrorCode(cause) ?? (cause instanceof Error ? cause.message : String(cause));
    throw new AppError(
      'offline',
      `${url.host} could not be reached (${reason}). Check the address and the network.`,
      undefined,
      { cause },
    );
  });
  const status = response.statusCode ?? 0;
  const { location } = response.headers;
  if (status >= 300 && status < 400 && location !== undefined) {
    if (redirectsLeft === 0)
      throw new AppError('invalid', `${url.host} leads from one address to another for ever.`);
    const next = new URL(location, url);
    // Never from a protected connection to an open one.
    if (next.protocol !== 'https:' && (next.protocol !== 'http:' || url.protocol === 'https:'))
      throw new AppError('invalid', `${url.host} leads to an address that is not allowed.`);
    return download(next, redirectsLeft - 1);
  }
  if (status === 404 || status === 410)
    throw new AppError('not-found', `${url.host} has no such enrolment file (any more). Make a new one.`);
  if (status !== 200) throw new AppError('offline', `${url.host} answered with status ${status}.`);
  return body;
}
