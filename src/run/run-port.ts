import { checkFunction } from '../tensor/plain-checks.js';
import { wrongKind } from '../tensor/errors.js';

/** One end of a connection with a worker: a Web Worker or its `self`, a `MessagePort`, or Node's `Worker` or `parentPort`. */
export interface RunPort {
  /** Sends a message. */
  postMessage(message: unknown, transfer?: never): void;
  /** On the web: listens to `message`, `error` and `close`. */
  addEventListener?(type: string, listener: never): void;
  /** On the web: the opposite of `addEventListener`. */
  removeEventListener?(type: string, listener: never): void;
  /** In Node: listens to `message`, `error`, `exit` and `close`; it is preferred if both exist. */
  on?(type: never, listener: never): unknown;
  /** In Node: the opposite of `on`. */
  off?(type: never, listener: never): unknown;
  /** Starts a `MessagePort`. */
  start?(): void;
}

/** The listeners of one end of a connection. */
export interface PortListener {
  message(message: unknown): void;
  /** An uncaught error in a worker. It ends a worker of Node; a web worker may survive it, or may never have started. */
  error?(error: unknown): void;
  /** The other end is gone; a worker of Node reports its exit code. */
  end?(code: number | undefined): void;
}

/** The key of our messages; a worker may post other messages, too. */
const KEY = 'tfjs-generative run';

/** Listens to our messages until the function that it returns is called. */
export function listen(port: RunPort, { message, error, end }: PortListener): () => void {
  const receive = (value: unknown): void => {
    const ours = (value as Record<string, unknown> | null | undefined)?.[KEY];
    if (ours !== undefined) message(ours);
  };
  const isNodePort = typeof port.on === 'function';
  const listeners: Record<string, ((value: never) => void) | undefined> = {
    message: isNodePort ? receive : ({ data }: { readonly data: unknown }) => receive(data),
    error,
    ...(isNodePort && { exit: end }),
    close: end && (() => end(undefined)),
  };
  const entries = Object.entries(listeners).flatMap(([type, listener]) =>
    listener ? [[type, listener] as const] : [],
  );
  for (const [type, listener] of entries) {
    if (isNodePort) port.on!(type as never, listener as never);
    else port.addEventListener!(type, listener as never);
  }
  port.start?.();
  return () => {
    for (const [type, listener] of entries) {
      if (isNodePort) port.off?.(type as never, listener as never);
      else port.removeEventListener?.(type, listener as never);
    }
  };
}

/** Posts one of our messages; throws if it cannot be copied. */
export function postMessage(port: RunPort, message: unknown, transfer: readonly object[] = []): void {
  try {
    port.postMessage({ [KEY]: message }, transfer as never);
  } catch (cause) {
    throw notPlain('post', 'message', cause);
  }
}

/** A copy of the current value; throws unless it can be posted. A value with objects to transfer is returned as it is. */
export function copyOf<T>(where: string, argument: string, value: T, transfer: readonly object[] = []): T {
  if (transfer.length > 0) return value;
  try {
    return structuredClone(value);
  } catch (cause) {
    throw notPlain(where, argument, cause);
  }
}

function notPlain(where: string, argument: string, cause: unknown): TypeError {
  const fix = 'Post numbers and names, and make the rest on the other side.';
  return Object.assign(wrongKind(where, argument, 'must be plain data', { seen: textOf(cause), fix }), { cause });
}

/** The text of an error, or of its event; a script that cannot be fetched gives an event without text. */
export function textOf(cause: unknown): string {
  const { message } = (cause ?? {}) as { readonly message?: unknown };
  return typeof message === 'string' && message !== '' ? message : 'an error without a message';
}

/**
 * Holds a lock until the worker ends or the returned function is called, so that the page, which waits for the lock, notices the end
 * of a web worker: one that is terminated posts nothing. `onLocked` is called once the lock is held.
 */
export function holdLock(port: RunPort, name: string, onLocked: () => void): () => void {
  let release!: () => void;
  const end = new Promise<void>((resolve) => (release = resolve));
  withLock(port, name, () => (onLocked(), end));
  return release;
}

/** Calls `work` with the lock of a connection, once nothing else holds it. Node needs no lock: it reports the end of its workers. */
export function withLock(port: RunPort, name: string, work: () => Promise<void> | void): void {
  if (typeof port.on === 'function') return;
  // pages without https have no locks
  void (globalThis.navigator as Partial<Navigator> | undefined)?.locks
    ?.request(`${KEY} ${name}`, work)
    .catch(() => undefined);
}

/** Throws unless messages can go both ways. */
export function checkPort(where: string, port: unknown): void {
  const { postMessage, addEventListener, on, start } = (port ?? {}) as Partial<RunPort>;
  checkFunction(where, 'port.postMessage', postMessage);
  if (start !== undefined) checkFunction(where, 'port.start', start);
  if (typeof on === 'function' || typeof addEventListener === 'function') return;
  const rule = 'must have `addEventListener` or `on`, as workers and ports do';
  throw wrongKind(where, 'port', rule, { got: port });
}
