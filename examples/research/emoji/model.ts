import {
  batches,
  cosineSchedule,
  countParameters,
  createAdam,
  createDenoiser,
  createDiffusionTrainer,
  patchwise,
  logNormalTimesteps,
  predictVelocity,
  unet,
  type Denoiser,
  type RandomStream,
} from 'tfjs-generative';
import type { Model } from '../../diffusion-images/model.js';
import { fromPixels } from '../../shared/pixels.js';
import { warmCosine } from '../../shared/warm-cosine.js';
import { randomMirror } from './augment.js';
import { balanced, type ColourPictures } from '../../shared/colour-pictures.js';

const BATCH_SIZE = 64;
/** Channels at 16 x 16 positions, each a patch of 2 x 2 pixels, and at 8 x 8, where each position also attends to all others. */
const [WIDTHS, ATTENTION] = [[48, 96], [1]];
/** Positions on each side of the map of patches. */
const POSITIONS = 16;
/** The learning rate rises over a thirtieth of the updates, then decays along a cosine. */
const [LEARNING_RATE, WARM_UP, BETA2] = [3e-3, 1 / 30, 0.99];
const AVERAGE_DECAY = 0.999;
/** The share of pictures whose class is dropped, so that samples can be guided. */
const DROPPED = 0.1;

/** What {@link createModel} takes. */
export interface ModelOptions {
  /** Number of classes. */
  readonly classes: number;
  /** Height and width of the pictures, a multiple of 16. */
  readonly size: number;
  /** Number of updates in the whole run, after which the learning rate is 0. */
  readonly steps: number;
  readonly random: RandomStream;
}

/** A U-Net on patches of colour pictures, conditioned on the class. */
export function createModel({ classes, size, steps, random }: ModelOptions): Model {
  const [denoiser, averaged] = [0, 1].map(() => createPictureDenoiser({ classes, size, random })) as [
    Denoiser,
    Denoiser,
  ];
  const trainer = createDiffusionTrainer({
    denoiser,
    optimizer: createAdam({
      learningRate: warmCosine({ highest: LEARNING_RATE, warmUp: Math.ceil(WARM_UP * steps), steps }),
      beta2: BETA2,
    }),
    random,
    timesteps: logNormalTimesteps(denoiser.schedule),
    dropCondition: DROPPED,
    average: { into: averaged, decay: AVERAGE_DECAY },
  });
  const parts = [trainer, denoiser, averaged];
  return {
    trainer,
    averaged,
    parameters: countParameters(denoiser),
    dispose: () => parts.forEach((part) => part.dispose()),
  };
}

/** Removes noise from pictures `[batch, size, size, 3]` in [-1, 1], with or without their class; `blocks` are those of {@link unet}. */
export function createPictureDenoiser({
  classes,
  size,
  blocks,
  random,
}: Omit<ModelOptions, 'steps'> & { readonly blocks?: number }): Denoiser {
  const patch = size / POSITIONS;
  const network = unet({
    channels: 3 * patch ** 2,
    widths: WIDTHS,
    blocks,
    attention: ATTENTION,
    classes,
    random: random.fork('denoiser'),
  });
  return createDenoiser(patchwise(network, { size: patch }), {
    schedule: cosineSchedule({ steps: 1000 }),
    predicts: predictVelocity,
  });
}

/** Batches of pictures in [-1, 1] with their labels, balanced over classes; half of those of the classes in `flipped` are mirrored. */
export function createSource(pictures: ColourPictures, flipped: readonly number[], random: RandomStream) {
  const { images, labels } = balanced(pictures);
  return batches(
    { x: images, condition: labels },
    {
      batchSize: BATCH_SIZE,
      random,
      transform: ({ x, condition }, own) => ({
        x: fromPixels(randomMirror(x, { labels: condition, classes: flipped, random: own })),
        condition,
      }),
    },
  );
}
