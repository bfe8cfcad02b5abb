import { shareMemory } from '../threads/shared-memory.js';

/**
 * Starts tfjs's wasm backend on a memory that threads can share.
 *
 * tfjs offers no place to hand its binary in, and the path of it is the user's affair (setWasmPaths, a bundler's). So
 * this stands between tfjs and `WebAssembly` while the backend starts, whichever way the bytes come, and changes one bit
 * of the first binary that is tfjs's. All else passes through. If anything fails with the changed binary, as where the
 * engine has no room for a shared memory, the unchanged one is taken.
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
          // The unchanged binary fails by itself if the imports were at fault.
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
      // what is no binary is refused in the engine's own words
      if (!isWaiting || !response.ok) return instantiateStreaming(response, imports);
      return fromBytes(await response.arrayBuffer(), imports);
    },
  };
  Object.assign(WebAssembly, instantiateStreaming === undefined ? { instantiate: hook.instantiate } : hook);
  try {
    return await start();
  } finally {
    isWaiting = false;
    // Whoever came in between meanwhile stays: what is left of ours below it only passes through.
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
