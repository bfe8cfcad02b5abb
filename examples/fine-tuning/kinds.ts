import * as tf from '@tensorflow/tfjs-core';
import {
  cosineSchedule,
  createDenoiser,
  createRandom,
  loadWeights,
  patchwise,
  predictVelocity,
  saveWeights,
  unet,
  type Denoiser,
  type RandomStream,
} from 'tfjs-generative';
import { loadModel } from 'tfjs-generative/model';
import { loadFile } from 'tfjs-generative/node';
import { examplePath } from '../shared/example-path.js';

/** A kind of pictures of which the examples have a trained denoiser. */
export interface Kind {
  /** Height and width. */
  readonly size: number;
  readonly channels: 1 | 3;
  /** Classes that the trained denoiser knows. */
  readonly classes: number;
  /** Channels of the U-Net on patches of 2 x 2 pixels, and the levels at which positions attend to all others. */
  readonly widths: readonly number[];
  readonly attention: readonly number[];
  /** The trained weights, as a file of `saveWeights`. */
  weights(): Promise<Uint8Array>;
  /** The highest learning rates, of the adapted denoiser and of one that begins with nothing: the better of those that were tried. */
  readonly rates: { readonly adapted: number; readonly nothing: number };
  /** How samples are made: by so many steps of DPM-Solver++, with so much guidance, to this log(alpha / sigma). */
  readonly sampling: { readonly steps: number; readonly guidance: number; readonly high?: number };
}

/** The kinds by name: those of `emoji-samples` and of `diffusion-samples`. */
export const kinds: Readonly<Record<'emoji' | 'clothes', Kind>> = {
  emoji: {
    size: 32,
    channels: 3,
    classes: 9,
    widths: [48, 96],
    attention: [1],
    async weights() {
      const bytes = await loadFile(examplePath('emoji-samples/denoiser.safetensors'));
      const { denoiser } = await loadModel(bytes, { as: { denoiser: 'denoiser' } });
      const weights = await saveWeights(denoiser);
      denoiser.dispose();
      return weights;
    },
    rates: { adapted: 1.5e-3, nothing: 5e-3 },
    sampling: { steps: 12, guidance: 1.5, high: 1.6 },
  },
  clothes: {
    size: 28,
    channels: 1,
    classes: 10,
    widths: [32, 64],
    attention: [],
    weights: () => loadFile(examplePath('diffusion-images/denoiser.safetensors')),
    rates: { adapted: 3e-3, nothing: 4e-3 },
    sampling: { steps: 10, guidance: 1 },
  },
};

/** An untrained denoiser that has the shape of the trained one, but for the length of its condition. */
export function untrained({ channels, widths, attention }: Kind, classes: number, random: RandomStream): Denoiser {
  const network = unet({ channels: 4 * channels, widths, attention, classes, random: random.fork('denoiser') });
  return createDenoiser(patchwise(network), { schedule: cosineSchedule({ steps: 1000 }), predicts: predictVelocity });
}

/**
 * The trained denoiser with a longer embedding of its condition, the last of its variables. If the classes are the trained ones, their rows
 * are kept; all others begin at zero, where they change nothing, so that training begins with the trained function.
 */
export async function adapted(
  kind: Kind,
  { length, sameClasses }: { readonly length: number; readonly sameClasses: boolean },
  random: RandomStream,
): Promise<Denoiser> {
  const denoiser = untrained(kind, length, random);
  const embedding = denoiser.variables.at(-1)!;
  await loadWeights(denoiser, await kind.weights(), { fresh: [embedding] });
  const { denoiser: before } = await trained(kind);
  tf.tidy(() => {
    const known = before.variables.at(-1)!;
    const [classes, size] = known.shape as [number, number];
    const rows = tf.zeros([length - classes, size]);
    embedding.assign(sameClasses ? tf.concat([known, rows]) : tf.zerosLike(embedding));
  });
  before.dispose();
  return denoiser;
}

/** The trained denoiser as it is, and its labels. */
export async function trained(kind: Kind): Promise<{ readonly denoiser: Denoiser; readonly labels: Int32Array }> {
  const denoiser = untrained(kind, kind.classes, createRandom(0));
  await loadWeights(denoiser, await kind.weights());
  return { denoiser, labels: Int32Array.from({ length: kind.classes }, (_, i) => i) };
}
