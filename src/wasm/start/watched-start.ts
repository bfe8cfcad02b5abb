import { watchListeners } from '../../backend/watch-listeners.js';
import { shareMemory } from '../threads/shared-memory.js';
import { aborted, noAnswer, noBinary, refused } from './faults.js';
import { watchPolicy, type Refusal } from './policy.js';
import { watchAbort } from './watch-abort.js';
import { watchFetch } from './watch-fetch.js';

/** How tfjs's binary is started. */
export interface WatchedStart {
  /** Whether to give the binary a memory that threads can share. */
  readonly shared: boolean;
}

type Imports = WebAssembly.Imports | undefined;

/**
 * Starts tfjs's wasm backend, on a memory that threads can share if `shared` is set. If it does not start, the error says why.
 *
 * tfjs has no way to pass it a binary, and the binary's path is up to the user (setWasmPaths, or a bundler). So this function intercepts
 * tfjs's calls to `WebAssembly` while the backend starts, however the bytes are loaded, and changes one bit of the first binary that is
 * tfjs's. All other calls pass through. If the changed binary fails, for example because the engine has no room for a shared memory, the
 * unchanged binary is used.
 *
 * If a start fails, it is abandoned, and tfjs is left waiting. If tfjs learned of the failure, it would abort, hide the cause, and
 * reject other paths until the page is reloaded.
 *
 * @param start - starts the backend
 * @returns what `start` returns
 * @throws Error that says what went wrong, such as an address that answers 404, and what to do
 */
export async function startWatched<T>(start: () => T | Promise<T>, { shared }: WatchedStart): Promise<T> {
  const { instantiate, instantiateStreaming } = WebAssembly;
  const aborting = watchAbort();
  const fetching = watchFetch();
  const policy = watchPolicy();
  const stopListeners = watchListeners();
  let isWaiting = true;
  let giveUp: (fault: unknown) => void = () => undefined;
  const givenUp = new Promise<never>((_, reject) => (giveUp = reject));

  async function fromBytes(source: BufferSource, imports: Imports) {
    const module = isWaiting && shared ? await sharedModule(source) : undefined;
    if (module !== undefined && isWaiting) {
      isWaiting = false;
      try {
        return { module, instance: await instantiate(module, imports) };
      } catch {
        // If the imports are at fault, the unchanged binary fails too.
      }
    }
    try {
      return await instantiate(source, imports);
    } catch (error) {
      if (!areOfTfjs(imports)) throw error;
      return leave(error);
    }
  }

  function leave(fault: unknown): Promise<never> {
    giveUp(fault);
    return new Promise(() => undefined);
  }

  async function fromResponse(source: Response | PromiseLike<Response>, imports: Imports) {
    const response = await source;
    const bytes = response.ok
      ? await response.arrayBuffer().catch((error: unknown) => leave(noAnswer(response.url, error)))
      : undefined;
    return bytes !== undefined && isBinary(bytes) ? fromBytes(bytes, imports) : leave(noBinary(response));
  }

  const hook = {
    instantiate: (source: BufferSource | WebAssembly.Module, imports?: WebAssembly.Imports) =>
      source instanceof WebAssembly.Module ? instantiate(source, imports) : fromBytes(source, imports),
    instantiateStreaming: (source: Response | PromiseLike<Response>, imports?: WebAssembly.Imports) =>
      isWaiting && areOfTfjs(imports) ? fromResponse(source, imports) : instantiateStreaming(source, imports),
  };
  Object.assign(WebAssembly, instantiateStreaming === undefined ? { instantiate: hook.instantiate } : hook);
  try {
    return await Promise.race([start(), givenUp]);
  } catch (error) {
    const refusal = await policy.refusal(isOfBinary);
    if (refusal !== undefined) throw refused(refusal, error);
    const address = fetching.addressOf(error);
    if (address !== undefined) throw noAnswer(address, error);
    const reason = aborting.reason();
    throw reason === undefined ? error : aborted(reason, error);
  } finally {
    isWaiting = false;
    aborting.stop();
    fetching.stop();
    policy.stop();
    stopListeners();
    // If another hook was installed in the meantime, it stays; ours below it only passes calls through from now on.
    if ((WebAssembly.instantiate as unknown) === hook.instantiate) WebAssembly.instantiate = instantiate;
    if ((WebAssembly.instantiateStreaming as unknown) === hook.instantiateStreaming) {
      WebAssembly.instantiateStreaming = instantiateStreaming;
    }
  }
}

/** Whether a policy blocked tfjs's binary: its address, or WebAssembly itself. */
function isOfBinary({ directive, blocked }: Refusal): boolean {
  return directive === 'connect-src' || blocked === 'wasm-eval';
}

/** Whether a call to `WebAssembly` is tfjs's: its binary imports the same few functions under two names. */
function areOfTfjs(imports: Imports): boolean {
  const { env, wasi_snapshot_preview1: system } = imports ?? {};
  return env !== undefined && env === system && 'emscripten_resize_heap' in env;
}

function isBinary(bytes: ArrayBuffer): boolean {
  return bytes.byteLength >= 4 && new DataView(bytes).getUint32(0) === 0x0061736d;
}

/** Compiles tfjs's binary with a shared memory; undefined for any other binary. */
async function sharedModule(source: BufferSource): Promise<WebAssembly.Module | undefined> {
  const bytes = ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice()
    : new Uint8Array(source).slice();
  if (!shareMemory(bytes)) return undefined;
  const module = await WebAssembly.compile(bytes).catch(() => undefined);
  const isTfjs =
    module !== undefined && WebAssembly.Module.exports(module).some(({ name }) => name === 'register_tensor');
  return isTfjs ? module : undefined;
}
