import { wrongKind } from '../../tensor/errors.js';

/** An address as a string. A worker made from a blob has no folder; there, an address like '/wasm/' is relative to the page's origin. */
export function addressOf(where: string, argument: string, address: unknown): string {
  if (typeof address !== 'string' && !(address instanceof URL)) {
    throw wrongKind(where, argument, 'must be an address, a string or a URL', { got: address });
  }
  const { protocol, origin } = globalThis.location ?? {};
  return protocol === 'blob:' ? new URL(address, origin).href : String(address);
}

/** Throws unless an address is that of a file: a script in a data: address cannot share memory with the page. */
export function checkFileAddress(where: string, argument: string, address: unknown): void {
  const text = addressOf(where, argument, address);
  if (!text.startsWith('data:')) return;
  const fix = "Keep the bundler from inlining it; with Vite, import 'tfjs-generative/wasm-helper?worker&url'.";
  throw wrongKind(where, argument, 'must be the address of a file', { got: text, fix });
}
