import { cut, unusable, wrongKind } from '../tensor/errors.js';

/** Throws unless `checksum` is a SHA-256 in hexadecimal digits and this environment can compute one. */
export function checkDigest(where: string, argument: string, checksum: unknown): void {
  if (typeof checksum !== 'string' || !/^[0-9a-f]{64}$/i.test(checksum)) {
    const fix = 'Use the output of sha256sum.';
    throw wrongKind(where, argument, 'must be 64 hexadecimal digits', { got: checksum, fix });
  }
  if ((globalThis.crypto as Crypto | undefined)?.subtle !== undefined) return;
  const fix = 'Serve the page by https, or from localhost.';
  throw unusable(where, argument, 'must be left out on a page without https', { seen: 'a page by http', fix });
}

/** Throws unless bytes have this SHA-256. */
export async function compareDigest(where: string, bytes: Uint8Array<ArrayBuffer>, checksum: string): Promise<void> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const found = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (found === checksum.toLowerCase()) return;
  const fix = 'It is another file, or was changed during the download.';
  throw unusable(where, 'url', `must be the address of a file with the SHA-256 ${cut(checksum, 20)}`, {
    seen: cut(found, 20),
    fix,
  });
}
