/** Milliseconds of work after which messages are let in: a run that is to stop waits no longer. */
const SLICE = 16;

/** Makes a function to be awaited between pieces of work: it lets messages in from time to time, and throws once the signal is aborted. */
export function createBreaks(signal?: AbortSignal): () => Promise<void> {
  let resumed = performance.now();
  return async () => {
    if (performance.now() - resumed >= SLICE) {
      await nextTask();
      resumed = performance.now();
    }
    signal?.throwIfAborted();
  };
}

/** Resolves once messages that have arrived were heard; a timer would wait longer. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
