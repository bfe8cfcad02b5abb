/** Parts of a timeout. */
const PARTS = 4;

/**
 * Gives the other side up that gives no sign of life for `timeout` milliseconds while somebody waits for it. The time is counted in
 * calls of a timer, not by a clock, which goes on while a computer sleeps.
 */
export function createPatience(timeout: number, ask: () => void, giveUp: () => void) {
  let timer: ReturnType<typeof setInterval> | undefined;
  let silent = 0;
  return {
    /** Somebody waits. */
    begin(): void {
      timer ??= setInterval(() => (++silent > PARTS ? giveUp() : ask()), timeout / PARTS);
    },
    /** A sign of life. */
    heard(): void {
      silent = 0;
    },
    /** Nobody waits any more. */
    end(): void {
      clearInterval(timer);
      timer = undefined;
      silent = 0;
    },
  };
}
