import { unusable } from '../tensor/errors.js';
import type { Call, FromWorker, ToWorker } from './messages.js';
import { listen, postMessage, textOf, withLock, type RunPort } from './run-port.js';
import { errorOf } from './snapshot.js';

/** A message without the id of its connection. */
type Unsigned<T> = T extends unknown ? Omit<T, 'from'> : never;

/** The connection from a page to a worker, which may not be listening yet. */
export interface Connection {
  /** Posts a message as soon as the worker is serving. */
  post(message: Unsigned<ToWorker>, transfer?: readonly object[]): void;
  /** Makes a call; resolves when the worker reports its end. */
  call(call: Call, transfer?: readonly object[]): Promise<void>;
  /** Whether the worker is serving. */
  isOpen(): boolean;
  /** Stops listening; pending calls reject. */
  end(error: Error): void;
}

/** What a connection needs. */
interface ConnectionOptions {
  /** The id of the connection. */
  readonly from: string;
  /** How long, in milliseconds, the worker may stay silent while the page waits for it. */
  readonly timeout: number;
  /** Receives every message that the connection does not handle itself. */
  receive(message: Exclude<FromWorker, { readonly kind: 'serving' | 'locked' | 'ended' }>): void;
  /** Called if the worker cannot be reached, or no longer. */
  fail(error: Error): void;
}

/** Connects to a worker; the connection is open once the worker serves. */
export function createConnection(port: RunPort, { from, timeout, receive, fail }: ConnectionOptions): Connection {
  /** The messages that wait for the worker; undefined once it is serving. */
  let queue: (() => void)[] | undefined = [];
  const calls = createCalls();
  const sendSigned = (message: Unsigned<ToWorker>, transfer?: readonly object[]): void =>
    postMessage(port, { ...message, from }, transfer);
  const sayHello = (): void => sendSigned({ kind: 'hello' });
  const failLost = (seen: string, cause?: unknown): void => fail(workerLost(queue === undefined, seen, cause));
  /** Whether the worker has been asked for a run that it has not made yet. */
  const isMaking = (): boolean => queue === undefined && calls.areWaiting('make');
  const silence = createSilenceTimer(timeout, sayHello, () => {
    const seconds = `${timeout / 1000} seconds`;
    if (!isMaking()) return failLost(`no answer for ${seconds}`);
    const found = { seen: `nothing for ${seconds}`, fix: 'Raise `timeout`.' };
    fail(unusable('connectRun', 'make', 'must give a run in time', found));
  });

  const post: Connection['post'] = (message, transfer) => {
    const send = (): void => sendSigned(message, transfer);
    if (queue === undefined) send();
    else queue.push(send);
  };
  const open = (): void => {
    const queued = queue ?? [];
    queue = undefined;
    try {
      queued.forEach((send) => send());
    } catch (error) {
      fail(error as Error);
    }
  };

  const unlisten = listen(port, {
    message: (value) => {
      const message = value as FromWorker;
      // a worker also answers while `make` waits for something that never comes
      if (message.kind !== 'serving' || !isMaking()) silence.reset();
      if (message.kind === 'serving') open();
      else if (message.to !== from) return;
      else if (message.kind === 'locked') withLock(port, from, () => failLost('its end'));
      else if (message.kind === 'ended') calls.end(message.call, message.error && errorOf(message.error));
      else receive(message);
      if (queue === undefined && !calls.areWaiting()) silence.stop();
    },
    error: (cause) => {
      // a web worker survives an uncaught error, which the page reports
      if (typeof port.on === 'function' || queue !== undefined) failLost(textOf(cause), cause);
    },
    end: (code) => failLost(code === undefined ? 'its end' : `its end, with code ${code}`),
  });
  sayHello();
  silence.start();
  return {
    post,
    call(call, transfer) {
      const end = calls.add(call.kind, (number) => post({ ...call, call: number }, transfer));
      silence.start();
      return end;
    },
    isOpen: () => queue === undefined,
    end(error) {
      unlisten();
      silence.stop();
      calls.endAll(error);
    },
  };
}

/** Pending calls by number; the other side reports the end of each. */
function createCalls() {
  const waiting = new Map<number, { readonly kind: Call['kind']; end(error?: Error): void }>();
  let count = 0;
  return {
    /** Whether a call waits for its end: any call, or one of this kind. */
    areWaiting: (kind?: Call['kind']) => [...waiting.values()].some((call) => kind === undefined || call.kind === kind),
    add: (kind: Call['kind'], post: (call: number) => void): Promise<void> =>
      new Promise((resolve, reject) => {
        post(++count);
        waiting.set(count, { kind, end: (error) => (error === undefined ? resolve() : reject(error)) });
      }),
    end(call: number, error?: Error): void {
      waiting.get(call)?.end(error);
      waiting.delete(call);
    },
    endAll(error: Error): void {
      waiting.forEach(({ end }) => end(error));
      waiting.clear();
    },
  };
}

/** Number of ticks in a timeout. */
const TICKS = 4;

/**
 * Calls `giveUp` once the other side has been silent for `timeout` milliseconds, and `ask` at each tick before. Ticks of a timer
 * measure the time, because a clock goes on while a computer sleeps.
 */
function createSilenceTimer(timeout: number, ask: () => void, giveUp: () => void) {
  let timer: ReturnType<typeof setInterval> | undefined;
  let silentTicks = 0;
  const reset = (): void => void (silentTicks = 0);
  return {
    start: (): void => void (timer ??= setInterval(() => (++silentTicks > TICKS ? giveUp() : ask()), timeout / TICKS)),
    reset,
    stop(): void {
      clearInterval(timer);
      timer = undefined;
      reset();
    },
  };
}

function workerLost(isOpen: boolean, seen: string, cause?: unknown): Error {
  const rule = isOpen ? 'must last as long as the run' : 'must lead to a worker that loads and calls serveRun';
  const fix = isOpen ? '' : 'Check the address of its script, and what it imports.';
  return Object.assign(unusable('connectRun', 'port', rule, { seen, fix }), { cause });
}
