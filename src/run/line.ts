import type { ToWorker } from './messages.js';
import { send, type RunPort } from './run-port.js';

/** A message without the name of its connection. */
type Unsigned<T> = T extends unknown ? Omit<T, 'from'> : never;

/** The way from a page to a worker, which may not listen yet. */
export interface Line {
  /** Posts a message when the line is open. */
  post(message: Unsigned<ToWorker>, transfer?: readonly object[]): void;
  /** Posts a message at once. */
  send(message: Unsigned<ToWorker>): void;
  /** The worker serves: what has waited is posted. */
  open(): void;
  isOpen(): boolean;
}

/** A line that is not open yet; `from` is the name of the connection. */
export function createLine(port: RunPort, from: string): Line {
  let held: (() => void)[] | undefined = [];
  return {
    post(message, transfer) {
      const go = (): void => send(port, { ...message, from }, transfer);
      if (held === undefined) go();
      else held.push(go);
    },
    send: (message) => send(port, { ...message, from }),
    open() {
      const waiting = held ?? [];
      held = undefined;
      waiting.forEach((go) => go());
    },
    isOpen: () => held === undefined,
  };
}

/** Calls whose end the other side tells by their numbers. */
export function createCalls() {
  const waiting = new Map<number, (error?: Error) => void>();
  let count = 0;
  return {
    begin: (post: (call: number) => void): Promise<void> =>
      new Promise((resolve, reject) => {
        waiting.set(++count, (error) => (error === undefined ? resolve() : reject(error)));
        post(count);
      }),
    end(call: number, error?: Error): void {
      waiting.get(call)?.(error);
      waiting.delete(call);
    },
    endAll(error: Error): void {
      waiting.forEach((end) => end(error));
      waiting.clear();
    },
  };
}
