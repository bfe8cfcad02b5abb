/** The events of uncaught errors in Node. */
const EVENTS = ['uncaughtException', 'unhandledRejection'];

interface Emitter {
  on(event: string, listener: unknown): unknown;
  listeners(event: string): unknown[];
}

/**
 * Keeps tfjs from adding listeners for uncaught errors to Node's process, until the returned function is called. They throw each error
 * again, and Node then prints the line of tfjs that throws it, which may be a whole bundle. Once its backend is disposed, tfjs also removes
 * the listeners of everybody else.
 *
 * In one task, tfjs lists the listeners of both events, adds its own, and lists both again, to remove these later. So listeners added
 * after the first two lists are tfjs's, and the other lists are empty.
 */
export function watchListeners(): () => void {
  const process = globalThis.process as unknown as Emitter | undefined;
  if (typeof process?.listeners !== 'function') return () => undefined;
  const { on, listeners } = process;
  const before = { on, listeners };
  /** Lists in this task. */
  let lists = 0;
  const hooks: Emitter = {
    on: (event, listener) =>
      lists >= EVENTS.length && EVENTS.includes(event) ? process : on.call(process, event, listener),
    listeners: (event) => {
      if (!EVENTS.includes(event)) return listeners.call(process, event);
      if (lists === 0) queueMicrotask(() => (lists = 0));
      return lists++ < EVENTS.length ? listeners.call(process, event) : [];
    },
  };
  Object.assign(process, hooks);
  return () => {
    // If another hook was installed in the meantime, it stays; ours below it passes calls through, as tfjs does not start any more.
    for (const name of ['on', 'listeners'] as const) {
      if (process[name] !== hooks[name]) continue;
      Reflect.deleteProperty(process, name);
      // the class has it, unless somebody had replaced it
      if (process[name] !== before[name]) Object.assign(process, { [name]: before[name] });
    }
  };
}
