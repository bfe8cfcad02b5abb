import * as tf from '@tensorflow/tfjs-core';
import { consistencySolver, type Denoiser, type RandomStream } from 'tfjs-generative';
import { nextTask } from '../training/let-messages-in.js';
import { VARIATIONS, type Picture, type Request, type Where } from './messages.js';
import { createNoises } from './noises.js';

/** What an artist draws with. */
export interface Tools {
  readonly denoiser: Pick<Denoiser, 'estimate' | 'schedule'>;
  /** Height and width of a picture in colour. */
  readonly size: number;
  /** How many classes there are. */
  readonly classes: number;
  readonly random: RandomStream;
}

/**
 * Makes a function that takes requests and draws the picture of the last one, by one call of the network; in the time that is left, it draws its
 * variations in turn, so that the next request never waits for more than one call.
 */
export function createArtist(
  { denoiser, size, classes, random }: Tools,
  show: (picture: Picture) => void,
): (request: Request) => Promise<void> {
  const noises = createNoises([size, size, 3], random);
  /** The timestep of the one call. */
  const first = consistencySolver.timesteps!(denoiser.schedule, 1);
  /** The last request, and whether its picture is drawn. */
  let last: Where | undefined;
  let isDrawn = true;
  /** How many variations are not drawn yet, and whose turn it is. */
  let missing = 0;
  let turn = 0;
  let isAtWork = false;

  const draw = async (where: Where, index: number): Promise<void> => {
    const began = performance.now();
    const picture = tf.tidy(() => {
      const noise = noises.at(where, index);
      const timestep = tf.tensor1d(first, 'int32');
      const { sample } = denoiser.estimate(noise, timestep, { condition: mixed(where, classes) });
      const bytes = tf.clipByValue(tf.mul(127.5, tf.add(sample, 1)), 0, 255);
      return tf.concat([bytes, tf.fill([1, size, size, 1], 255)], 3);
    });
    const pixels = Uint8ClampedArray.from(await picture.data());
    picture.dispose();
    show({ kind: 'picture', index, pixels, milliseconds: performance.now() - began });
  };

  return async (request) => {
    if (request.kind === 'new noise') noises.renew();
    if (request.kind === 'take') noises.take(request.from, request.variation);
    last = request.where;
    isDrawn = false;
    missing = VARIATIONS;
    if (isAtWork) return;
    isAtWork = true;
    try {
      while (!isDrawn || missing > 0) {
        if (isDrawn) {
          missing--;
          turn = 1 + (turn % VARIATIONS);
        }
        const index = isDrawn ? turn : 0;
        isDrawn = true;
        await draw(last, index);
        await nextTask();
      }
    } finally {
      isAtWork = false;
    }
  };
}

/** The shares of all classes, `[1, classes]`. */
function mixed({ labels: [first, second], mix }: Where, classes: number): tf.Tensor {
  const shares = new Float32Array(classes);
  shares[first]! += 1 - mix;
  shares[second]! += mix;
  return tf.tensor2d(shares, [1, classes]);
}
