import { wrongKind } from '../../tensor/errors.js';

/** An address as a string. In a worker made of a blob, which has no folder, one like '/wasm/' is that of the page's origin. */
export function addressOf(where: string, argument: string, address: unknown): string {
  if (typeof address !== 'string' && !(address instanceof URL)) {
    throw wrongKind({ where, argument, rule: 'must be an address, a string or a URL', got: address });
  }
  const { protocol, origin } = globalThis.location ?? {};
  return protocol === 'blob:' ? new URL(address, origin).href : String(address);
}
