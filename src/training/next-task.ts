/**
 * Lets the event loop run: drawing, clicks, timers. A timer would wait 1 ms (4 ms in a page), and an animation frame 16 ms, or
 * forever in a hidden tab; this does not.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') {
      setImmediate(resolve);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
