import * as tf from '@tensorflow/tfjs-core';
import type * as g from '../../src/index.js';
import { hear, heardAs } from './heard.js';

/** The message of the error that {@link thrower} throws. */
export const THROWN = 'thrown by an observer';

/**
 * An observer with all members, or those of a list, which sums what it sees. Its sum depends on each number and on their order, and a
 * checkpoint saves it.
 */
export function watcher(members?: readonly string[]): g.Observer<Readonly<Record<string, unknown>>> {
  let seen = 0;
  const see = (...numbers: readonly (number | undefined)[]): void => {
    for (const number of numbers) if (number !== undefined && Number.isFinite(number)) seen = 0.5 * seen + number;
  };
  const all: g.Observer<Readonly<Record<string, unknown>>> = {
    name: 'watcher',
    begin: (run) => {
      hear('index/RunContext.place');
      see(run.place()?.position, run.step);
    },
    look: (shown, { x }) => {
      const tensor = Object.values(shown).find((one) => one instanceof tf.Tensor && one.dtype === 'float32');
      return { size: tf.mean(tf.abs((tensor as tf.Tensor | undefined) ?? tf.cast(x, 'float32'))) };
    },
    read: ({ size }) => see(...size!),
    update: async (metrics) => {
      await Promise.resolve();
      see(...Object.values(metrics));
    },
    report: ({ metrics, validationMetrics, counts }) => {
      see(...Object.values(metrics), ...Object.values(validationMetrics ?? {}), counts.batches);
      return [{ kind: 'seen', message: 'Something was seen.' }];
    },
    epoch: async (run) => {
      hear('index/RunContext.evaluate');
      see(...Object.values((await run.evaluate())?.metrics ?? {}), run.epoch);
    },
    afterEpoch: ({ step }) => see(step),
    end: () => see(1),
    state: () => seen,
    restore: (state) => void (seen = state as number),
  };
  if (members === undefined) return all;
  const kept = Object.entries(all).filter(([name]) => ['state', 'restore', ...members].includes(name));
  return Object.fromEntries(kept);
}

/** An observer that throws at one of its updates. */
export function thrower(at: number): g.Observer {
  let updates = 0;
  return {
    update: () => {
      if (++updates === at) throw new Error(THROWN);
    },
    state: () => updates,
    restore: (state) => void (updates = state as number),
  };
}

/** A time in milliseconds that advances at each call. */
export const clock = (by: number): (() => number) => {
  let time = 0;
  return () => (time += by);
};

/** The first verdict of a kind ends a run. */
export const anySeen = ({ kind }: g.Verdict): boolean => kind === 'seen';

/** A source of batches in order, which knows its position. */
export function listSource(list: readonly g.Batch[] = []): g.BatchSource {
  let at = 0;
  return {
    batchesPerEpoch: list.length,
    state: () => at,
    restore: (state) => void (at = state as number),
    async *[Symbol.asyncIterator]() {
      while (at < list.length) yield Promise.resolve(copyOf(list[at++]!));
      at = 0;
    },
  };
}

/** The trainer's loop disposes the batches of a source that is no array. */
const copyOf = <T>(value: T): T => {
  if (value instanceof tf.Tensor) return tf.clone(value);
  return Object.fromEntries(Object.entries(value as object).map(([name, one]) => [name, copyOf<unknown>(one)])) as T;
};

/** Remembers what is written to it. */
export function terminal(): object {
  let text = '';
  return {
    columns: 80,
    isTTY: true,
    ...heardAs('node/TerminalStream', { write: (more: string) => (text += more) !== '' }),
  };
}

/** Both ends of a connection, in this process, as Node has them or as the web does. */
export function portsOf(isWeb: boolean): readonly [object, object, () => void] {
  const { port1, port2 } = new MessageChannel();
  const one = (port: MessagePort): object => {
    const { postMessage, addEventListener, removeEventListener, start } = port;
    const nodePort = port as unknown as Record<'on' | 'off', (...list: readonly unknown[]) => unknown>;
    const web = {
      postMessage: postMessage.bind(port),
      addEventListener: addEventListener.bind(port),
      removeEventListener: removeEventListener.bind(port),
      start: start.bind(port),
    };
    const node = { ...web, on: nodePort.on.bind(port), off: nodePort.off.bind(port) };
    return heardAs('run/RunPort', isWeb ? web : node);
  };
  return [
    one(port1),
    one(port2),
    () => {
      port1.close();
      port2.close();
    },
  ];
}
