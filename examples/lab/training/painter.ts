import type * as tf from '@tensorflow/tfjs-core';
import type { Live } from '../experiment/experiment.js';
import type { Learner } from './learner.js';
import type { Frame, Watched } from './messages.js';

/** The shortest time between two frames, in milliseconds: the page draws one view with each frame of the screen. */
const SHORTEST = 1_000 / 20;
/** Frames, and measures of what is in them, take at most a seventh of the time. */
const REST = 6;

/** The numbers of a sample: points, or the bytes of pictures. */
export type Samples = Float32Array | Uint8Array;

type Measure = (samples: Samples) => Promise<void>;

/** Computes what the page shows, while a run goes on. */
export interface Painter {
  /** Computes a frame if it is time for one; `measure` gets its samples, which are gone once the frame is posted. */
  paint(step: number, measure: Measure): Promise<void>;
  /** Computes a frame now. */
  repaint(step: number, measure?: Measure): Promise<void>;
}

/** Makes a painter, which reads what is watched, and the controls, before each frame. */
export function createPainter(
  learner: Learner,
  watched: () => Watched,
  live: () => Live,
  post: (frame: Frame) => void,
): Painter {
  let next = 0;

  const repaint = async (step: number, measure?: Measure): Promise<void> => {
    const began = performance.now();
    const { views, look } = watched();
    const arrays: Record<string, Float32Array> = {};
    const pictures: Record<string, Uint8Array> = {};
    for (const name of new Set(['samples', ...views])) {
      if (name !== 'samples' && !Object.hasOwn(learner.views, name)) continue;
      const view = name === 'samples' ? learner.samples(learner.shown, live()) : learner.views[name]!(look, live());
      const tensor = await view;
      if (tensor.dtype === 'int32') pictures[name] = await takeBytes(tensor);
      else arrays[name] = await take(tensor);
    }
    await measure?.((arrays['samples'] ?? pictures['samples'])!);
    post({ step, arrays, pictures });
    const cost = performance.now() - began;
    next = performance.now() + Math.max(SHORTEST - cost, REST * cost);
  };

  return {
    repaint,
    paint: (step, measure) => (performance.now() < next ? Promise.resolve() : repaint(step, measure)),
  };
}

/** The numbers of a tensor, which is disposed. */
export async function take(tensor: tf.Tensor): Promise<Float32Array> {
  const values = await tensor.data<'float32'>();
  tensor.dispose();
  // a copy, because it is transferred
  return values.slice();
}

/** The bytes in a tensor of whole numbers, which is disposed. */
export async function takeBytes(tensor: tf.Tensor): Promise<Uint8Array> {
  const values = await tensor.data<'int32'>();
  tensor.dispose();
  return Uint8Array.from(values);
}
