import type { StartFault } from '../../backend/start-backend.js';
import type { Refusal } from './policy.js';

/** Only the page knows where the binary is: each error about that ends with this. */
const SAY_WHERE = "Put tfjs's binary there, or say where it is: startWasm({ paths }).";

/** The answer from the binary's address is not a binary. */
export function noBinary({ url, ok, status, headers }: Response): StartFault {
  if (!ok) return fault(`status ${status} from ${url}`, SAY_WHERE);
  return fault(`a file of type ${headers.get('content-type') ?? 'unknown'}, no WebAssembly, from ${url}`, SAY_WHERE);
}

/** There was no answer, or not a complete one. */
export function noAnswer(address: string, cause: unknown): StartFault {
  const own = globalThis.location?.origin;
  const isForeign = own !== undefined && address.startsWith('http') && !address.startsWith(`${own}/`);
  const permission = isForeign ? ' A server of another origin must send Access-Control-Allow-Origin.' : '';
  return fault(`no answer from ${address} (${messageOf(cause)})`, SAY_WHERE + permission, cause);
}

/** tfjs gave up by itself. */
export function aborted(reason: string, cause: unknown): StartFault {
  return fault(reason, SAY_WHERE, cause);
}

/** The page's content security policy forbids the binary, or WebAssembly as such. */
export function refused({ directive, blocked }: Refusal, cause: unknown): StartFault {
  const isAddress = directive === 'connect-src';
  const what = isAddress ? blocked : 'WebAssembly';
  const remedy = isAddress ? `Add the address to ${directive}.` : `Add 'wasm-unsafe-eval' to ${directive}.`;
  return fault(`a content security policy that forbids ${what} (${directive})`, remedy, cause);
}

function fault(message: string, remedy: string, cause?: unknown): StartFault {
  return Object.assign(new Error(message, { cause }), { remedy });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
