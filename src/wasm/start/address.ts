import { wrongKind } from '../../tensor/errors.js';

/** An address as a string. In a worker made of a blob, which has no folder, one like '/wasm/' is that of the page's origin. */
export function addressOf(where: string, argument: string, address: unknown): string {
  if (typeof address !== 'string' && !(address instanceof URL)) {
    throw wrongKind(where, argument, 'must be an address, a string or a URL', { got: address });
  }
  const { protocol, origin } = globalThis.location ?? {};
  return protocol === 'blob:' ? new URL(address, origin).href : String(address);
}

/** {@link addressOf}, of a file: a script inside a data: address could not share memory with the page. */
export function fileAddress(where: string, argument: string, address: unknown): string {
  const text = addressOf(where, argument, address);
  if (!text.startsWith('data:')) return text;
  const fix = "Keep the bundler from inlining it; with Vite, import 'tfjs-generative/wasm-helper?worker&url'.";
  throw wrongKind(where, argument, 'must be the address of a file', { got: text, fix });
}
