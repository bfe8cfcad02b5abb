/** Number of parts of a timeout. */
const PARTS = 4;

/**
 * Gives up on the other side if it stays silent for `timeout` milliseconds while somebody waits for it. Time is measured by
 * ticks of a timer, because a clock goes on while a computer sleeps.
 */
export function createPatience(timeout: number, ask: () => void, giveUp: () => void) {
  let timer: ReturnType<typeof setInterval> | undefined;
  let silent = 0;
  return {
    /** Somebody starts waiting. */
    begin(): void {
      timer ??= setInterval(() => (++silent > PARTS ? giveUp() : ask()), timeout / PARTS);
    },
    /** The other side showed a sign of life. */
    heard(): void {
      silent = 0;
    },
    /** Nobody waits any longer. */
    end(): void {
      clearInterval(timer);
      timer = undefined;
      silent = 0;
    },
  };
}
