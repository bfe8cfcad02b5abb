import { shareMemory } from '../threads/shared-memory.js';

/**
 * Starts tfjs's wasm backend on a memory that threads can share.
 *
 * tfjs has no way to pass it a binary, and the binary's path is up to the user (setWasmPaths, or a bundler). So
 * this function intercepts tfjs's calls of `WebAssembly` while the backend starts, however the bytes are loaded, and changes one
 * bit of the first binary that is tfjs's. All other calls pass through. If anything fails with the changed binary, for example
 * because the engine has no room for a shared memory, the unchanged binary is used.
 *
 * @param start - starts the backend
 * @returns what `start` returns
 */
export async function startShared<T>(start: () => T | Promise<T>): Promise<T> {
  const { instantiate, instantiateStreaming } = WebAssembly;
  let isWaiting = true;

  async function fromBytes(source: BufferSource, imports?: WebAssembly.Imports) {
    if (isWaiting) {
      const shared = await sharedModule(source);
      if (shared !== undefined) {
        isWaiting = false;
        try {
          return { module: shared, instance: await instantiate(shared, imports) };
        } catch {
          // If the imports were at fault, the unchanged binary fails by itself.
        }
      }
    }
    return instantiate(source, imports);
  }

  const hook = {
    instantiate: (source: BufferSource | WebAssembly.Module, imports?: WebAssembly.Imports) =>
      source instanceof WebAssembly.Module ? instantiate(source, imports) : fromBytes(source, imports),
    instantiateStreaming: async (source: Response | PromiseLike<Response>, imports?: WebAssembly.Imports) => {
      const response = await source;
      // the engine rejects anything but a binary with its own message
      if (!isWaiting || !response.ok) return instantiateStreaming(response, imports);
      return fromBytes(await response.arrayBuffer(), imports);
    },
  };
  Object.assign(WebAssembly, instantiateStreaming === undefined ? { instantiate: hook.instantiate } : hook);
  try {
    return await start();
  } finally {
    isWaiting = false;
    // A hook that was installed meanwhile stays: ours below it only passes calls through from now on.
    if ((WebAssembly.instantiate as unknown) === hook.instantiate) WebAssembly.instantiate = instantiate;
    if ((WebAssembly.instantiateStreaming as unknown) === hook.instantiateStreaming) {
      WebAssembly.instantiateStreaming = instantiateStreaming;
    }
  }
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
