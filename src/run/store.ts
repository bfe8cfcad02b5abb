import { checkFunction } from '../tensor/checks.js';

/** A value that is replaced, never changed, and those who watch it. */
export interface Store<T> {
  /** The value; the same object until it is replaced. */
  read(): T;
  /** Replaces the value and tells every listener. */
  write(value: T): void;
  /** Tells the listener the value, now and whenever it is replaced. The function that it returns ends this. */
  subscribe(listener: (value: T) => void): () => void;
}

/** A store with its first value. A listener that throws disturbs nobody: its error is reported as an uncaught one. */
export function createStore<T>(first: T): Store<T> {
  let current = first;
  // Records, so that one function that subscribes twice is two listeners.
  const listeners = new Set<{ readonly listener: (value: T) => void }>();
  return {
    read: () => current,
    write(value) {
      current = value;
      for (const entry of [...listeners]) {
        // a listener replaced the value: the others have been told the newer one
        if (current !== value) return;
        // one that an earlier listener unsubscribed is left out
        if (listeners.has(entry)) tell(entry.listener, value);
      }
    },
    subscribe(listener) {
      checkFunction('subscribe', 'listener', listener);
      const entry = { listener };
      listeners.add(entry);
      tell(listener, current);
      return () => void listeners.delete(entry);
    },
  };
}

function tell<T>(listener: (value: T) => void, value: T): void {
  try {
    listener(value);
  } catch (error) {
    reportUncaught(error);
  }
}

/** What the platform does with an error that an event's listener throws; Node has no `reportError`. */
function reportUncaught(error: unknown): void {
  if (typeof reportError === 'function') {
    reportError(error);
    return;
  }
  setTimeout(() => {
    throw error;
  });
}
