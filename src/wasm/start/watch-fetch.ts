/** Records the addresses that gave no answer. */
export interface FetchWatch {
  /** The address of the `fetch` that failed with this same error. */
  addressOf(error: unknown): string | undefined;
  /** Ends the watch. */
  stop(): void;
}

/** Begins to record the addresses of calls to `fetch` that fail, because a browser's error does not name them. All calls pass through. */
export function watchFetch(): FetchWatch {
  const { fetch } = globalThis;
  const addresses = new Map<unknown, string>();
  const hook: typeof fetch = async (input, init) => {
    try {
      return await fetch(input, init);
    } catch (error) {
      addresses.set(error, absolute(input instanceof Request ? input.url : input));
      throw error;
    }
  };
  if (typeof fetch === 'function') globalThis.fetch = hook;
  return {
    addressOf: (error) => addresses.get(error),
    stop: () => {
      // If another hook was installed in the meantime, it stays; ours below it only passes calls through.
      if (globalThis.fetch === hook) globalThis.fetch = fetch;
    },
  };
}

function absolute(address: string | URL): string {
  try {
    return new URL(address, globalThis.document?.baseURI ?? globalThis.location?.href).href;
  } catch {
    return String(address);
  }
}
