import type { RandomStream } from '../../random/stream.js';
import { swish } from '../activations.js';
import { withTimesteps } from '../conditions/with-timesteps.js';
import { makeAll } from '../layer.js';
import { dense } from '../layers/dense.js';
import { embedding } from '../layers/embedding.js';
import { timeEmbedding } from '../layers/time-embedding.js';
import type { Network } from '../network.js';
import { sequential } from './sequential.js';

/** Sizes of the vector that carries the time and the label to the blocks of a network. */
interface Vectors {
  /** Numbers in the waves of the time. */
  readonly width: number;
  readonly timeSize: number;
  readonly classes: number | undefined;
  readonly random: RandomStream;
}

/** Passes the sum of a vector for the time, by waves and two dense layers, and one for the label, if there are classes, to a network. */
export function withTimeAndLabels(body: () => Network, { width, timeSize, classes, random }: Vectors): Network {
  const time = (): Network =>
    inOrder([
      () => timeEmbedding({ size: width }),
      () => dense({ inputs: width, units: timeSize, activation: swish, random: random.fork('time 0') }),
      () => dense({ inputs: timeSize, units: timeSize, random: random.fork('time 1') }),
    ]);
  const labels = (): Network => embedding({ classes: classes!, size: timeSize, random: random.fork('labels') });
  const [network, steps, ...rest] = makeAll([body, time, ...(classes === undefined ? [] : [labels])]) as [
    Network,
    Network,
    Network?,
  ];
  return withTimesteps(network, { time: steps, labels: rest[0] });
}

/** Makes a chain of networks; if one of them cannot be made, the others are disposed. */
export function inOrder(makers: readonly (() => Network)[]): Network {
  return sequential(makeAll(makers));
}
