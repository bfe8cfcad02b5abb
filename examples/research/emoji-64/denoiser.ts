import * as tf from '@tensorflow/tfjs';
import {
  batches,
  countParameters,
  createAdam,
  createDiffusionTrainer,
  logNormalTimesteps,
  type Denoiser,
  type RandomStream,
} from 'tfjs-generative';
import { conditionedAugmentation } from 'tfjs-generative/transforms';
import { balanced, type ColourPictures } from '../../shared/colour-pictures.js';
import { fromPixels } from '../../shared/pixels.js';
import { warmCosine } from '../../shared/warm-cosine.js';
import { createPictureDenoiser } from '../emoji/model.js';

const BATCH_SIZE = 64;
/** Half of the rate of a run from nothing: the first blocks are trained already. */
const [LEARNING_RATE, WARM_UP, BETA2] = [1.5e-3, 300, 0.99];
const AVERAGE_DECAY = 0.9995;
/** Residual blocks per level and direction; the denoiser of `emoji` has one. */
const BLOCKS = 2;
/** The share of pictures that each kind of change is made to. */
const SHARE = 0.2;
/** The share of pictures whose class is dropped, so that samples can be guided. */
const DROPPED = 0.1;

/** Changes of pictures. The network gets the numbers of each change, and samples without these numbers show no change. */
export function changesOf(classes: number): ReturnType<typeof conditionedAugmentation> {
  return conditionedAugmentation({
    classes,
    dropLabel: DROPPED,
    flip: true,
    shift: 0.06,
    rotation: 0.2,
    scale: 0.12,
    brightness: 0.2,
    contrast: 0.2,
    share: SHARE,
  });
}

/** A denoiser like that of `emoji` with twice as many residual blocks. */
export function deepDenoiser(classes: number, random: RandomStream): Denoiser {
  return createPictureDenoiser({ classes, size: 32, blocks: BLOCKS, random });
}

/** Variables of a block of 48 channels and of 96, where attention follows; of the first block of the way up, with a shortcut. */
const [SMALL, LARGE, UP] = [10, 16, 12];

/**
 * Gives a deep denoiser the function of a trained one. If that one is not as deep, each of its blocks becomes the first of its level, and
 * the others change nothing, as their last layers are zero.
 */
export function startFrom(deep: Denoiser, trained: Denoiser): void {
  const [from, to] = [[...trained.variables], [...deep.variables]];
  const copy = (count: number): void => {
    for (let i = 0; i < count; i++) to.shift()!.assign(from.shift()!);
  };
  if (from.length === to.length) {
    copy(from.length);
    return;
  }
  const pass = (count: number): readonly tf.Variable[] => to.splice(0, count);
  const silence = (...variables: readonly tf.Variable[]): void =>
    tf.tidy(() => variables.forEach((variable) => variable.assign(tf.zerosLike(variable))));
  copy(2 + SMALL);
  pass(SMALL);
  copy(2 + 2 * LARGE);
  silence(...pass(LARGE).slice(-2));
  copy(2 + UP);
  pass(SMALL);
  copy(from.length - 1);
  tf.tidy(() => {
    const known = from[0]!;
    const [rows, size] = to[0]!.shape as [number, number];
    to[0]!.assign(tf.concat([known, tf.zeros([rows - known.shape[0], size])]));
  });
}

/** What {@link createModel} takes. */
export interface ModelOptions {
  /** Numbers of the condition: classes and changes. */
  readonly length: number;
  /** Number of updates in the whole run, after which the learning rate is 0. */
  readonly steps: number;
  readonly from: Denoiser;
  readonly random: RandomStream;
}

/** A deep denoiser and its trainer. */
export function createModel({ length, steps, from, random }: ModelOptions) {
  const [denoiser, averaged] = [deepDenoiser(length, random), deepDenoiser(length, random)];
  for (const each of [denoiser, averaged]) startFrom(each, from);
  const trainer = createDiffusionTrainer({
    denoiser,
    optimizer: createAdam({
      learningRate: warmCosine({ highest: LEARNING_RATE, warmUp: WARM_UP, steps }),
      beta2: BETA2,
    }),
    random,
    timesteps: logNormalTimesteps(denoiser.schedule),
    average: { into: averaged, decay: AVERAGE_DECAY },
  });
  return { trainer, denoiser, averaged, parameters: countParameters(denoiser) };
}

/** Batches of changed pictures in [-1, 1], balanced over classes. */
export function createSource(pictures: ColourPictures, change: ReturnType<typeof changesOf>, random: RandomStream) {
  const { images, labels } = balanced(pictures);
  return batches(
    { x: images, condition: labels },
    {
      batchSize: BATCH_SIZE,
      random,
      dropLast: true,
      transform: ({ x, condition }, own) => change({ x: fromPixels(x), condition }, own),
    },
  );
}
