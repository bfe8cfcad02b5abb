/** Records why tfjs's binary was aborted. */
export interface AbortWatch {
  /** The first reason that was given; undefined if nothing was aborted. */
  reason(): string | undefined;
  /** Ends the watch. */
  stop(): void;
}

/**
 * Begins to listen for reasons, which tfjs does not report; one is Node's `ENOENT`, with the name of the file. They are read from the
 * WebAssembly errors that tfjs makes from them.
 */
export function watchAbort(): AbortWatch {
  const { RuntimeError } = WebAssembly;
  let reason: string | undefined;
  class Noted extends RuntimeError {
    constructor(message?: string) {
      super(message);
      reason ??= /^Aborted\((?:\w+: )?(.*)\)/.exec(message ?? '')?.[1];
    }
  }
  WebAssembly.RuntimeError = Noted as typeof RuntimeError;
  return {
    reason: () => reason,
    stop: () => {
      // If another hook was installed in the meantime, it stays; ours below it only listens.
      if ((WebAssembly.RuntimeError as unknown) === Noted) WebAssembly.RuntimeError = RuntimeError;
    },
  };
}
