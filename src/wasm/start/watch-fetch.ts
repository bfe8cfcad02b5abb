/** Knows from which addresses nothing came. */
export interface FetchWatch {
  /** The address that was asked for by the `fetch` that failed with this very error. */
  addressOf(error: unknown): string | undefined;
  /** Ends the watch. */
  stop(): void;
}

/** Begins to note the addresses of calls of `fetch` that fail: the error of a browser does not name them. All calls pass through. */
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
      // A hook that was installed meanwhile stays: ours below it only passes calls through.
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
