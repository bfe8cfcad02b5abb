import type { RandomStream } from '../../random/stream.js';
import { swish } from '../activations.js';
import { withStepSizes } from '../conditions/with-step-sizes.js';
import { withTimesteps } from '../conditions/with-timesteps.js';
import { makeAll } from '../layer.js';
import { dense } from '../layers/dense.js';
import { embedding } from '../layers/embedding.js';
import { timeEmbedding } from '../layers/time-embedding.js';
import type { Network } from '../network.js';
import { sequential } from './sequential.js';

/** The vectors that carry the time, the label and the size of the step to the blocks of a network. */
interface Vectors {
  /** From timesteps to vectors. */
  readonly time: () => Network;
  /** Numbers in a vector. */
  readonly size: number;
  readonly classes: number | undefined;
  readonly stepSizes: number | undefined;
  readonly random: RandomStream;
}

/** Passes the sum of a vector for the time, one for the label, if there are classes, and one for the size of the step, to a network. */
export function withTimeAndLabels(body: () => Network, { time, size, classes, stepSizes, random }: Vectors): Network {
  const vectors = (count: number | undefined, name: string): (() => Network)[] =>
    count === undefined ? [] : [() => embedding({ classes: count, size, random: random.fork(name) })];
  const timeAndSize = (): Network => {
    const [ofTime, ofSize] = makeAll([time, ...vectors(stepSizes, 'step sizes')]) as [Network, Network?];
    return ofSize === undefined ? ofTime : withStepSizes(ofTime, ofSize);
  };
  const [network, steps, labels] = makeAll([body, timeAndSize, ...vectors(classes, 'labels')]) as [Network, Network, Network?]; // prettier-ignore
  return withTimesteps(network, { time: steps, labels });
}

/** Maps timesteps to vectors by waves and two dense layers. */
export function timeNetwork(waves: number, size: number, random: RandomStream): Network {
  return sequentialOf([
    () => timeEmbedding({ size: waves }),
    () => dense({ inputs: waves, units: size, activation: swish, random: random.fork('time 0') }),
    () => dense({ inputs: size, units: size, random: random.fork('time 1') }),
  ]);
}

/** Makes a chain of networks; if one of them cannot be made, the others are disposed. */
export function sequentialOf(makers: readonly (() => Network)[]): Network {
  return sequential(makeAll(makers));
}
