import type * as tf from '@tensorflow/tfjs-core';
import type { Live } from '../experiment/experiment.js';
import type { Learner } from './learner.js';
import { createBreaks } from './let-messages-in.js';
import type { Frame, Watched } from './messages.js';

/** The shortest time between two frames, in milliseconds: the page draws one view with each frame of the screen. */
const SHORTEST = 1_000 / 20;
/** Frames, and measures of what is in them, take at most a seventh of the time. */
const REST = 6;

/** The numbers of a sample: points, or the bytes of pictures. */
export type Samples = Float32Array | Uint8Array;

type Measure = (samples: Samples, signal: AbortSignal) => Promise<void>;

/** Computes what the page shows, while a run goes on. A frame that is no longer wanted is given up, and nothing is posted. */
export interface Painter {
  /** Computes a frame if it is time for one; `measure` gets its samples, which are gone once the frame is posted. */
  paint(step: number, signal: AbortSignal, measure: Measure): Promise<void>;
  /** Computes a frame now. */
  repaint(step: number, signal: AbortSignal, measure?: Measure): Promise<void>;
}

/** Makes a painter, which reads what is watched, and the controls, before each frame; `now` is the time in milliseconds. */
export function createPainter(
  learner: Learner,
  watched: () => Watched,
  live: () => Live,
  post: (frame: Frame) => void,
  now: () => number = () => performance.now(),
): Painter {
  let next = 0;

  const compute = async (step: number, signal: AbortSignal, measure?: Measure): Promise<void> => {
    const began = now();
    const pause = createBreaks(signal);
    const { views, look } = watched();
    const arrays: Record<string, Float32Array> = {};
    const pictures: Record<string, Uint8Array> = {};
    for (const name of new Set(['samples', ...views])) {
      if (name !== 'samples' && !Object.hasOwn(learner.views, name)) continue;
      await pause();
      const tensor = await (name === 'samples'
        ? learner.samples(learner.shown, live(), signal)
        : learner.views[name]!(look, live(), signal));
      if (tensor.dtype === 'int32') pictures[name] = await takeBytes(tensor);
      else arrays[name] = await take(tensor);
    }
    await measure?.((arrays['samples'] ?? pictures['samples'])!, signal);
    post({ step, arrays, pictures });
    const cost = now() - began;
    next = now() + Math.max(SHORTEST - cost, REST * cost);
  };

  const repaint: Painter['repaint'] = async (step, signal, measure) => {
    try {
      await compute(step, signal, measure);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  };
  return {
    repaint,
    paint: (step, signal, measure) => (now() < next ? Promise.resolve() : repaint(step, signal, measure)),
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
