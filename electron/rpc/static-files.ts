import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { systemCode } from '../services/storage/file-error.ts';

/** An answer to a request for a file, for whichever protocol carries it. */
export interface StaticAnswer {
  readonly status: 200 | 400 | 404 | 405;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.txt': 'text/plain; charset=utf-8',
};

/** Names that Vite gives to bundled files: they hold a hash of the content, so a copy never gets stale. */
const HASHED_NAME = /-[A-Za-z0-9_-]{8}\.[a-z0-9]+$/;

/** What the interface may load and where it may connect; Mantine writes style elements, hence the one 'unsafe-inline'. */
export function contentSecurityPolicy(connectSources: readonly string[]): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    ["connect-src 'self'", ...connectSources].join(' '),
    "object-src 'none'",
    "frame-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/**
 * Answers a request for the interface's bundle from a folder. Paths without an extension are the interface's own
 * and get its page. `connectSources` are addresses beside its own that the page may connect to.
 */
export async function answerStatic(
  folder: string,
  request: { method: string; pathname: string; connectSources: readonly string[] },
): Promise<StaticAnswer> {
  const security = {
    'Content-Security-Policy': contentSecurityPolicy(request.connectSources),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
  const say = (status: 400 | 404 | 405, sentence: string, more = {}): StaticAnswer => ({
    status,
    headers: {
      ...security,
      ...more,
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
    },
    body: Buffer.from(`${sentence}\n`),
  });

  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return say(405, 'Files can be read here, nothing else.', { Allow: 'GET, HEAD' });
  }
  const segments = pathSegments(request.pathname);
  if (!segments) return say(400, 'This address is not one of a file of the interface.');
  const isPage = extname(segments.at(-1) ?? '') === '';
  const name = isPage ? 'index.html' : segments.join('/');
  const body = await readInside(folder, name);
  if (!body) {
    return isPage
      ? say(404, 'The interface is not built. Run “npm run build” and load this page again.')
      : say(404, 'There is no such file.');
  }
  return {
    status: 200,
    headers: {
      ...security,
      'Content-Type': CONTENT_TYPES[extname(name).toLowerCase()] ?? 'application/octet-stream',
      'Cache-Control': HASHED_NAME.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
    body,
  };
}

/** The decoded segments of a path, or undefined when it names anything but a plain file below the folder. */
function pathSegments(pathname: string): string[] | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
  const segments = decoded.split('/').filter((segment) => segment !== '');
  const isPlain = (segment: string): boolean => !segment.startsWith('.') && !/[\\:\0]/.test(segment);
  return segments.every(isPlain) ? segments : undefined;
}

/** A file's bytes, or undefined when there is none or a link leads out of the folder. */
async function readInside(folder: string, name: string): Promise<Buffer | undefined> {
  try {
    const root = await realpath(folder);
    const path = await realpath(join(root, name));
    return path.startsWith(root + sep) ? await readFile(path) : undefined;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' || code === 'ENAMETOOLONG')
      return undefined;
    throw error;
  }
}
