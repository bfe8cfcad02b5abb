import {
  consistencyDistillation,
  createAdam,
  createConsistencyTrainer,
  createRandom,
  loadWeights,
  saveWeights,
  withGuidance,
  type Batch,
  type BatchSource,
  type Denoiser,
  type RandomStream,
  type Trainer,
} from 'tfjs-generative';
import { kinds, trained, untrained, type Kind } from '../fine-tuning/kinds.js';
import { createSource } from '../diffusion-images/model.js';
import { NAMES as CLOTHES } from '../fine-tuning/pictures.js';
import { balanced } from '../shared/colour-pictures.js';
import { loadClothes } from '../shared/image-data.js';
import { loadPictures } from '../shared/load-pictures.js';
import { warmCosine } from '../shared/warm-cosine.js';

/** Pictures in a batch. Long runs have few, because many updates matter more: what is learned with little noise reaches much noise step by step. */
export const BATCH_SIZE = { long: 32, further: 64 };
const [LEARNING_RATE, WARM_UP, BETA2] = [2e-3, 100, 0.99];
const AVERAGE_DECAY = 0.998;

/** A student of few calls, and its trainer. */
export interface Distillation {
  readonly trainer: Trainer<'loss'>;
  readonly student: Denoiser;
  /** The trained denoiser, with its guidance. */
  readonly teacher: Denoiser;
  /** The average of the student, which makes the samples. */
  readonly averaged: Denoiser;
}

/** What {@link distil} takes. */
export interface DistillationOptions {
  /** Number of updates in the whole run, after which the learning rate is 0. */
  readonly steps: number;
  /** The guidance of the teacher; 1 is none. */
  readonly guidance: number;
  readonly random: RandomStream;
}

/** A student with the weights of the trained denoiser of a kind of pictures, and a trainer that lets it follow that denoiser's path. */
export async function distil(kind: Kind, { steps, guidance, random }: DistillationOptions): Promise<Distillation> {
  const { denoiser } = await trained(kind);
  const teacher = withGuidance(denoiser, { guidance });
  const weights = await saveWeights(denoiser);
  const [student, averaged] = [0, 1].map(() => untrained(kind, kind.classes, createRandom(0))) as [Denoiser, Denoiser];
  for (const denoiser of [student, averaged]) await loadWeights(denoiser, weights);
  const trainer = createConsistencyTrainer({
    student,
    target: consistencyDistillation({ teacher }),
    optimizer: createAdam({
      learningRate: warmCosine({ highest: LEARNING_RATE, warmUp: WARM_UP, steps }),
      beta2: BETA2,
    }),
    random,
    average: { into: averaged, decay: AVERAGE_DECAY },
  });
  return { trainer, student, teacher, averaged };
}

/** The pictures on which the denoiser of a kind was trained, as batches in [-1, 1] with their labels, and the names of their classes. */
export async function picturesOf(
  name: 'clothes' | 'emoji',
  { random, batchSize }: { readonly random: RandomStream; readonly batchSize: number },
): Promise<Pictures> {
  if (name === 'clothes') {
    return { source: createSource((await loadClothes()).train, random, batchSize), classes: CLOTHES };
  }
  const { train } = await loadPictures({ size: kinds.emoji.size, background: [1, 1, 1] });
  return { source: createSource(balanced(train), random, batchSize), classes: train.classes };
}

/** What {@link picturesOf} reads. */
export interface Pictures {
  readonly source: BatchSource<Batch>;
  readonly classes: readonly string[];
}
