import { shareMemory } from '../threads/shared-memory.js';

/** How tfjs's binary is started. */
export interface WatchedStart {
  /** Whether to give the binary a memory that threads can share. */
  readonly shared: boolean;
}

/**
 * Starts tfjs's wasm backend, on a memory that threads can share if `shared` is set, and says why where it does not start.
 *
 * tfjs has no way to pass it a binary, and the binary's path is up to the user (setWasmPaths, or a bundler). So
 * this function intercepts tfjs's calls of `WebAssembly` while the backend starts, however the bytes are loaded, and changes one
 * bit of the first binary that is tfjs's. All other calls pass through. If anything fails with the changed binary, for example
 * because the engine has no room for a shared memory, the unchanged binary is used.
 *
 * @param start - starts the backend
 * @returns what `start` returns
 * @throws Error with what was seen to go wrong, such as the address that answers 404: tfjs's own error does not say it
 */
export async function startWatched<T>(start: () => T | Promise<T>, { shared }: WatchedStart): Promise<T> {
  const { instantiate, instantiateStreaming } = WebAssembly;
  let isWaiting = true;
  let fault: string | undefined;

  async function fromBytes(source: BufferSource, imports?: WebAssembly.Imports) {
    if (isWaiting && shared) {
      const module = await sharedModule(source);
      if (module !== undefined) {
        isWaiting = false;
        try {
          return { module, instance: await instantiate(module, imports) };
        } catch {
          // If the imports were at fault, the unchanged binary fails by itself.
        }
      }
    }
    return noting(instantiate(source, imports));
  }

  async function noting<R>(result: Promise<R>): Promise<R> {
    try {
      return await result;
    } catch (error) {
      fault ??= error instanceof Error ? error.message : String(error);
      throw error;
    }
  }

  async function fromResponse(source: Response | PromiseLike<Response>, imports?: WebAssembly.Imports) {
    const response = await noting(Promise.resolve(source));
    const bytes = response.ok ? await response.arrayBuffer() : undefined;
    if (bytes === undefined || !isBinary(bytes)) fault = faultOf(response);
    // the engine rejects anything but a binary with its own message
    return fromBytes(bytes ?? new ArrayBuffer(0), imports);
  }

  const hook = {
    instantiate: (source: BufferSource | WebAssembly.Module, imports?: WebAssembly.Imports) =>
      source instanceof WebAssembly.Module ? instantiate(source, imports) : fromBytes(source, imports),
    instantiateStreaming: (source: Response | PromiseLike<Response>, imports?: WebAssembly.Imports) =>
      isWaiting ? fromResponse(source, imports) : instantiateStreaming(source, imports),
  };
  Object.assign(WebAssembly, instantiateStreaming === undefined ? { instantiate: hook.instantiate } : hook);
  try {
    return await start();
  } catch (error) {
    if (fault === undefined) throw error;
    throw new Error(fault, { cause: error });
  } finally {
    isWaiting = false;
    // A hook that was installed meanwhile stays: ours below it only passes calls through from now on.
    if ((WebAssembly.instantiate as unknown) === hook.instantiate) WebAssembly.instantiate = instantiate;
    if ((WebAssembly.instantiateStreaming as unknown) === hook.instantiateStreaming) {
      WebAssembly.instantiateStreaming = instantiateStreaming;
    }
  }
}

function isBinary(bytes: ArrayBuffer): boolean {
  return bytes.byteLength >= 4 && new DataView(bytes).getUint32(0) === 0x0061736d;
}

function faultOf({ url, ok, status, headers }: Response): string {
  if (!ok) return `status ${status} from ${url}`;
  return `a file of type ${headers.get('content-type') ?? 'unknown'}, no WebAssembly, from ${url}`;
}

/** The module of tfjs's binary with a shared memory; undefined for any other binary. */
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
