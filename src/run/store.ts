import { checkFunction } from '../tensor/plain-checks.js';

/** A value that is replaced, never modified, and its listeners. */
export interface Store<T> {
  /** The value; the same object until it is replaced. */
  read(): T;
  /** Replaces the value and calls every listener. */
  write(value: T): void;
  /** Calls the listener with the value, at once and whenever it is replaced, until the returned function is called. */
  subscribe(listener: (value: T) => void): () => void;
}

/** Makes a store with its first value. A listener that throws affects no other: its error is reported as uncaught. */
export function createStore<T>(first: T): Store<T> {
  let current = first;
  // records, so that a function that subscribes twice counts as two listeners.
  const listeners = new Set<{ readonly listener: (value: T) => void }>();
  return {
    read: () => current,
    write(value) {
      current = value;
      for (const entry of [...listeners]) {
        // a listener replaced the value, and the others have already been called with the newer one
        if (current !== value) return;
        // skips a listener that an earlier one unsubscribed
        if (listeners.has(entry)) callListener(entry.listener, value);
      }
    },
    subscribe(listener) {
      checkFunction('subscribe', 'listener', listener);
      const entry = { listener };
      listeners.add(entry);
      callListener(listener, current);
      return () => void listeners.delete(entry);
    },
  };
}

function callListener<T>(listener: (value: T) => void, value: T): void {
  try {
    listener(value);
  } catch (error) {
    reportUncaught(error);
  }
}

/** Reports an error as the platform reports one of an event listener; Node has no `reportError`. */
export function reportUncaught(error: unknown): void {
  if (typeof reportError === 'function') {
    reportError(error);
    return;
  }
  setTimeout(() => {
    throw error;
  });
}
