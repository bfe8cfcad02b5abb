import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, test, vi } from 'vitest';
import { defaultsOf } from '../experiment/experiment.js';
import { firstLook } from '../experiment/look.js';
import type { Learner } from '../training/learner.js';
import { createPainter } from '../training/painter.js';

afterEach(() => void vi.useRealTimers());

const unending = new AbortController().signal;

/** Of ten seconds of training by a clock that only updates and samples move: the frames, and the milliseconds that went into them. */
async function train(milliseconds: { readonly update: number; readonly samples: number; readonly measure: number }) {
  vi.useFakeTimers({ toFake: ['performance'] });
  const spend = (time: number): void => void vi.advanceTimersByTime(time);
  let [frames, spent] = [0, 0];
  const learner = {
    shown: 1,
    views: {},
    samples: () => {
      spend(milliseconds.samples);
      spent += milliseconds.samples;
      return tf.zeros([1, 2]);
    },
  } as unknown as Learner;
  const experiment = defaultsOf('diffusion');
  const painter = createPainter(
    learner,
    () => ({ views: [], look: firstLook }),
    () => experiment,
    () => void frames++,
  );
  const end = performance.now() + 10_000;
  for (let step = 1; performance.now() < end; step++) {
    spend(milliseconds.update);
    await painter.paint(step, unending, async (samples) => {
      expect([...samples]).toEqual([0, 0]);
      spend(milliseconds.measure);
      spent += milliseconds.measure;
    });
  }
  return { frames, spent };
}

test('quick views are computed at most 20 times a second', async () => {
  const { frames } = await train({ update: 3, samples: 1, measure: 0 });
  expect(frames).toBeGreaterThan(180);
  expect(frames).toBeLessThanOrEqual(200);
});

test('slow views and their measures take at most a seventh of the time', async () => {
  const { frames, spent } = await train({ update: 5, samples: 35, measure: 5 });
  expect(frames).toBeGreaterThan(30);
  expect(spent).toBeLessThanOrEqual(10_000 / 7 + 40);
});

test('a frame that is given up is not posted, and the next one is computed at once', async () => {
  const aborting = new AbortController();
  const stopped = new Error('stop');
  let calls = 0;
  const learner = {
    shown: 1,
    views: {},
    samples: (_: number, __: unknown, signal: AbortSignal) => {
      if (++calls === 1) aborting.abort(stopped);
      signal.throwIfAborted();
      return tf.zeros([1, 2]);
    },
  } as unknown as Learner;
  const frames: number[] = [];
  const watched = { views: [], look: firstLook };
  const experiment = defaultsOf('diffusion');
  const painter = createPainter(
    learner,
    () => watched,
    () => experiment,
    ({ step }) => void frames.push(step),
  );
  const measure = () => Promise.resolve();
  await painter.paint(1, aborting.signal, measure);
  await painter.paint(2, aborting.signal, measure);
  expect([calls, frames]).toEqual([1, []]);
  await painter.paint(3, unending, measure);
  expect(frames).toEqual([3]);
  // what is wrong with a view is not hidden
  const broken = { ...learner, samples: () => Promise.reject(new Error('broken')) };
  const other = createPainter(
    broken,
    () => watched,
    () => experiment,
    () => undefined,
  );
  await expect(other.repaint(1, unending)).rejects.toThrow('broken');
});
