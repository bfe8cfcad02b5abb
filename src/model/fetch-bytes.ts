import { checkFunction, checkNumber } from '../tensor/checks.js';
import { cut, outOfRange, unusable, wrongKind } from '../tensor/errors.js';
import { type Read, readOptions, type Rules, signalRule } from '../tensor/options.js';
import { withCause } from '../tensor/with-cause.js';
import { checkDigest, compareDigest } from './digest.js';
import { MAX_BYTES } from './read-file.js';

/** Progress of a download. */
export interface FetchProgress {
  /** Bytes received. */
  readonly loaded: number;
  /** Total number of bytes; undefined if the server does not send it, or compresses the file. */
  readonly total: number | undefined;
}

/** Options of {@link fetchModelBytes}. */
export interface FetchBytesOptions {
  /** Called with the progress whenever bytes arrive. */
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined;
  /** Cancels the download at once, and rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
  /** The largest number of bytes; default 2^29. A longer response is cancelled when its header announces more bytes, or more arrive. */
  readonly maxBytes?: number | undefined;
  /** The SHA-256 of the file, 64 hexadecimal digits, as `sha256sum` prints it; not checked by default. */
  readonly checksum?: string | undefined;
  /** Headers of the request, such as `{ authorization: 'Bearer ...' }`; none by default. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Throws unless `headers` are a record of texts that a request can have. */
function checkHeaders(where: string, argument: string, headers: Readonly<Record<string, string>>): void {
  try {
    // a text would be spread into its letters
    if (typeof headers === 'object') return void new Headers({ ...headers });
  } catch {
    // it has no names and values of headers
  }
  const fix = "Write { authorization: 'Bearer ...' }.";
  throw wrongKind(where, argument, 'must be a record of names and values of headers', { got: headers, fix });
}

/** The rules of {@link FetchBytesOptions}. */
export const fetchRules = {
  onProgress: { is: checkFunction, default: undefined },
  signal: signalRule,
  maxBytes: { is: checkNumber, default: MAX_BYTES, least: 0 },
  checksum: { is: checkDigest, default: undefined },
  headers: { is: checkHeaders, default: undefined },
} satisfies Rules<FetchBytesOptions>;

/**
 * Downloads the bytes of a file, to store, describe or load them. {@link fetchModel} does this and {@link loadModel} in one call.
 *
 * @param url - an http or https address; in a page it may be relative
 * @param options - see {@link FetchBytesOptions}
 * @returns the bytes, which belong to the caller
 * @throws Error in one sentence if the server does not return the file, RangeError if it is longer than `maxBytes`
 * @example
 * ```ts
 * const url = URL.createObjectURL(new Blob([await saveModel(decoder, { metadata: 'digits' })])); // or 'https://...'
 * const bytes = await fetchModelBytes(url, { maxBytes: 50e6 });
 * console.log(describeModel(bytes).metadata); // digits
 * ```
 */
export async function fetchModelBytes(
  url: string | URL,
  options: FetchBytesOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const where = 'fetchModelBytes';
  return fetchBytes(where, url, readOptions(where, options, fetchRules));
}

/** {@link fetchModelBytes} for the public function `where`, which has read the options. */
export async function fetchBytes(
  where: string,
  url: string | URL,
  { onProgress, signal, maxBytes, checksum, headers }: Read<FetchBytesOptions, typeof fetchRules>,
): Promise<Uint8Array<ArrayBuffer>> {
  if (typeof url !== 'string' && !(url instanceof URL))
    throw wrongKind(where, 'url', 'must be an address', { got: url });
  signal?.throwIfAborted();
  const response = await request(where, url, { headers: { ...headers }, signal: signal ?? null });
  try {
    const total = lengthOf(response);
    checkLength(where, total ?? 0, maxBytes);
    const bytes = await readBody(where, response, { total, maxBytes, signal, onProgress });
    if (checksum !== undefined) await compareDigest(where, bytes, checksum);
    return bytes;
  } catch (error) {
    // otherwise the rest would continue to arrive
    await response.body?.cancel().catch(() => undefined);
    throw error;
  }
}

async function request(where: string, url: string | URL, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    init.signal?.throwIfAborted();
    const seen = `no answer from ${cut(String(url), 60)}: ${causeOf(error)}`;
    throw withCause(
      unusable(where, 'url', 'must be an address that can be reached', { seen, fix: unreachable(String(url)) }),
      error,
    );
  }
  const type = response.headers.get('content-type') ?? '';
  const isPage = type.startsWith('text/html');
  if (response.ok && !isPage) return response;
  await response.body?.cancel().catch(() => undefined);
  const seen = response.ok ? `a page (${cut(type, 30)})` : `${response.status} ${response.statusText}`.trimEnd();
  const fix = `Check the address ${cut(String(url), 90)}.`;
  throw unusable(where, 'url', 'must be answered with a file', { seen, fix });
}

function unreachable(url: string): string {
  if (/^https?:/.test(url) || 'document' in globalThis) return 'For a page, another server must allow this (CORS).';
  return 'Load a file with loadModel(await loadFile(path)), loadFile from /node.';
}

/** The cause that Node reports in addition to "fetch failed". */
function causeOf(error: unknown): string {
  const { message, cause } = error as Error;
  const { message: inner, code } = (cause ?? {}) as { readonly message?: string; readonly code?: string };
  return cut(inner || code || message, 60);
}

/** The announced length; undefined for a compressed response, whose length is not the number of bytes that arrive. */
function lengthOf({ headers }: Response): number | undefined {
  const length = headers.get('content-length');
  const isPlain = (headers.get('content-encoding') ?? 'identity') === 'identity';
  return length !== null && isPlain && /^\d+$/.test(length) ? Number(length) : undefined;
}

function checkLength(where: string, length: number, maxBytes: number): void {
  if (length <= maxBytes) return;
  const fix = 'Raise maxBytes if you trust the file.';
  throw outOfRange(where, 'url', `must have a file of at most maxBytes, ${maxBytes}`, { seen: `${length}`, fix });
}

interface Reading extends Pick<FetchBytesOptions, 'signal' | 'onProgress'> {
  readonly total: number | undefined;
  readonly maxBytes: number;
}

async function readBody(
  where: string,
  { body }: Response,
  { total, maxBytes, signal, onProgress }: Reading,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let loaded = 0;
  const reader = body?.getReader();
  const next = async (): Promise<Uint8Array | undefined> => {
    try {
      return (await reader?.read())?.value;
    } catch (error) {
      signal?.throwIfAborted();
      const seen = `${loaded} bytes of ${total ?? 'it'}: ${causeOf(error)}`;
      throw withCause(
        unusable(where, 'url', 'must be answered with a complete file', { seen, fix: 'Try again.' }),
        error,
      );
    }
  };
  try {
    for (let piece = await next(); piece !== undefined; piece = await next()) {
      signal?.throwIfAborted();
      loaded += piece.length;
      checkLength(where, loaded, maxBytes);
      pieces.push(piece);
      onProgress?.({ loaded, total });
    }
  } finally {
    reader?.releaseLock();
  }
  const bytes = new Uint8Array(loaded);
  let position = 0;
  for (const piece of pieces) {
    bytes.set(piece, position);
    position += piece.length;
  }
  return bytes;
}
