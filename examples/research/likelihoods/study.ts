import type * as tf from '@tensorflow/tfjs';
import type {
  Batch,
  BatchSource,
  Decoder,
  GaussianEncoder,
  Likelihood,
  Optimizer,
  RandomStream,
} from 'tfjs-generative';

/** A likelihood, and the unit of its nats. */
export interface Compared {
  readonly likelihood: Likelihood;
  /** A density has its value per unit of the data, a probability per level; Bernoulli's number is neither for grey pixels. */
  readonly nats: 'density' | 'probability' | 'neither';
}

/** A data set and the model that is trained on it once per likelihood. */
export interface Study {
  /** By name, in the order of the table. */
  readonly likelihoods: Readonly<Record<string, Compared>>;
  /** Of a picture. */
  readonly shape: readonly [height: number, width: number, channels: number];
  /** Test pictures in [0, 1] as the encoder takes them; the first rows are drawn. */
  readonly test: tf.Tensor;
  /** Their labels, if the model is conditioned on them. Samples are drawn with the same. */
  readonly condition?: tf.Tensor;
  readonly latentSize: number;
  /** Passes over the training pictures. */
  readonly epochs: number;
  source(random: RandomStream): BatchSource<Batch>;
  createParts(likelihood: Likelihood, random: RandomStream): { encoder: GaussianEncoder; decoder: Decoder };
  createOptimizer(steps: number): Optimizer;
  /** The distance of pictures from test pictures, if there are features for them. */
  distance?(pictures: tf.Tensor): Promise<number>;
}
