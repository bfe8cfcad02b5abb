import type * as tf from '@tensorflow/tfjs';
import type { Batch, BatchSource, RandomStream, Trainer } from 'tfjs-generative';
import type { Bound } from '../../diffusion-images/measures.js';
import type { Pictures } from '../../shared/image-data.js';

/** The arguments of a family. */
export interface FamilyOptions<P extends Pictures> {
  readonly images: P;
  /** Number of updates in the whole run. */
  readonly steps: number;
  readonly random: RandomStream;
}

/** A way to sample a trained model. */
export interface SampleWay {
  /** The name of its row in the table. */
  readonly name: string;
  /** `[count, height, width, channels]` in [0, 1], with the classes that the data set's measures expect. */
  sample(count: number, random: RandomStream): tf.Tensor | Promise<tf.Tensor>;
}

/** Lower bounds for the probability of pixels with 256 levels, given the class. */
export interface Bounds {
  /** The evidence lower bound: the same kind for a VAE and for diffusion, where it is also called the variational bound. */
  readonly elbo: Bound;
  /** The tightest bound: for a VAE the importance-weighted bound with 100 draws, for diffusion the same as `elbo`. */
  readonly bound: Bound;
}

/** A model of a family, its trainer and its data. */
export interface FamilyModel {
  readonly trainer: Trainer<string>;
  readonly source: BatchSource<Batch>;
  readonly ways: readonly SampleWay[];
  /** Number of trainable parameters. */
  readonly parameters: number;
  /** Absent for a GAN. */
  bounds?(test: Pictures): Promise<Bounds>;
  /** Frees the model and its trainer. */
  dispose(): void;
}

/** A family of generative models, for a kind of pictures. */
export interface Family<P extends Pictures = Pictures> {
  readonly name: 'VAE' | 'codes' | 'GAN' | 'diffusion';
  create(options: FamilyOptions<P>): FamilyModel;
}
