import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type * as g from '../../src/index.js';
import { hear } from './heard.js';
import { callbacksOf } from './own-callbacks.js';
import { anySeen, clock, listSource, terminal, thrower, watcher } from './own-observers.js';
import { memoryStore, ownLogFile, scratchPath } from './own-store.js';
import { plantedFaults } from './planted-faults.js';
import { definePart } from '../../src/model/index.js';

/** x factors, one for each number of the last axis. */
const scale = definePart('own/scale', ({ size }: { size: number }): g.Network => {
  const factors = tf.tidy(() => tf.variable(tf.fill([size], 1.25)));
  return { apply: (x) => tf.mul(x, factors), variables: [factors], dispose: () => factors.dispose() };
});

/** A smooth function without variables. */
const sine = definePart('own/sine', (): g.Network => ({
  apply: (x) => tf.sin(x),
  variables: [],
  dispose: () => undefined,
}));

/** A network with a factor of its own. */
const gained = definePart('own/gained', ({ body }: { body: g.Network }): g.Network => {
  const gain = tf.tidy(() => tf.variable(tf.scalar(0.5)));
  return {
    ...body,
    apply: (x, options) => tf.tidy(() => tf.mul(body.apply(x, options), gain)),
    variables: [...body.variables, gain],
    dispose: () => {
      gain.dispose();
      body.dispose();
    },
  };
});

/** A network by hand, which no file can hold. */
const byHand = ({ body }: { body: g.Network }): g.Network => ({
  ...body,
  apply: (x, options) => tf.tidy(() => tf.tanh(body.apply(x, options))),
});

const r1 = (critic: g.Critic, real: Tensor): Tensor => tf.mul(0.1, library().r1Penalty(critic, real));
const r2 = (critic: g.Critic, _: Tensor, fake: Tensor): Tensor => library().r2Penalty(critic, fake);
const wgan = (critic: g.Critic, real: Tensor, fake: Tensor, random: g.RandomStream): Tensor =>
  library().gradientPenalty(critic, real, fake, { mix: random });
const noisy = (x: Tensor, random: g.RandomStream): Tensor => tf.add(x, tf.mul(0.1, random.normal(x.shape)));
/** A loss of an estimate, to guide with. */
const small = (estimate: Tensor): Tensor => tf.sum(tf.square(tf.reshape(estimate, [estimate.shape[0], -1])), 1);
const decaying = (snr: number): number => 1 / (1 + snr);
const ownSchedule = (step: number): number => 1 / (10 + step);
const layerNormed = ({ inputs, activation }: { inputs: number; activation: g.Activation }): g.Network =>
  library().layerNorm({ inputs, activation });
const float = (x: Tensor): Tensor => tf.cast(x, 'float32');
const integer = (x: Tensor): Tensor => tf.cast(x, 'int32');
const bool = (x: Tensor): Tensor => tf.cast(x, 'bool');
const disposed = (x: Tensor): Tensor => {
  x.dispose();
  return x;
};
/** The loss of a network's output, for any network. */
const meanSquare =
  (network: g.Network, more: g.ApplyOptions) =>
  ({ x, options, look }: g.StepInput): g.LossAndMetrics<never> => {
    const output = network.apply(x, { ...options, ...more });
    hear('index/StepInput.look');
    look(() => ({ output }));
    const weights = library().createRandom(3).uniform(output.shape, 0.5, 1.5);
    return { loss: tf.mean(tf.mul(weights, tf.sin(tf.add(output, 0.3)))) };
  };
/** Some rows of an encoded table, as a batch. */
const rowsOf = ({ data, shape }: g.HostTensor, from: number, count: number): Tensor => {
  const width = shape[1]!;
  return tf.tensor2d(Float32Array.from(data.slice(from * width, (from + count) * width)), [count, width]);
};
const rmsprop = (rate: number): tf.Optimizer => tf.train.rmsprop(rate);
const sgd = (rate: number): tf.Optimizer => tf.train.sgd(rate);
const tfAdam = (rate: number): tf.Optimizer => tf.train.adam(rate);
const disposedPart = <P extends { dispose?: () => void }>(part: P): P => {
  part.dispose?.();
  return part;
};
const promised = (x: unknown): Promise<unknown> => Promise.resolve(x);

let entry: typeof g | undefined;
const library = (): typeof g => entry!;

/** Tells the functions which instance of the library they call. */
export function useLibrary(of: typeof g): void {
  entry = of;
}

/** Functions that users would write themselves, by name. */
export const ownParts = {
  ...plantedFaults,
  ...callbacksOf(library),
  scale,
  sine,
  gained,
  byHand,
  r1,
  r2,
  wgan,
  noisy,
  small,
  decaying,
  ownSchedule,
  layerNormed,
  float,
  integer,
  bool,
  disposed,
  meanSquare,
  rowsOf,
  rmsprop,
  sgd,
  tfAdam,
  disposedPart,
  memoryStore,
  ownLogFile,
  scratchPath,
  anySeen,
  clock,
  listSource,
  terminal,
  thrower,
  watcher,
  promised,
};

/** Those that loading a model file needs. */
export const makers = [scale, sine, gained];
