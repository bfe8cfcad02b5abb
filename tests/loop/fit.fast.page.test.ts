import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { fit, type FitOptions } from '../../src/index.js';
import { countingTrainer, rowsOf, withoutLeak } from '../training/sample.js';

const run = async (options: FitOptions, rows = 2) => {
  const data = rowsOf(rows);
  try {
    return await withoutLeak(() => fit(countingTrainer().trainer, data, options));
  } finally {
    tf.dispose(data);
  }
};

describe('fit', () => {
  test('gives a history as tfjs does: epochs from 0, a list per metric, `val_` for validation', async () => {
    const held = rowsOf(3);
    const history = await run({ epochs: 2, validation: held });
    expect(history).toEqual({ epoch: [0, 1], history: { loss: [1.5, 1.5], val_loss: [2, 2] } });
    tf.dispose(held);
  });

  test('rejects a metric with the name of a validation metric', async () => {
    const held = rowsOf(3);
    const { trainer } = countingTrainer();
    const both = (metrics: { loss: tf.Scalar }) => ({ ...metrics, val_loss: tf.scalar(7) });
    const own = {
      ...trainer,
      step: (batch: tf.Tensor) => both(trainer.step(batch)),
      evaluate: (batch: tf.Tensor) => both(trainer.evaluate(batch)),
    };
    await expect(fit(own as never, held, { epochs: 1, validation: held })).rejects.toThrow(
      "fit: `trainer` must not have a metric with the name of a validation metric; got 'val_loss'.",
    );
    expect((await fit(own as never, held, { epochs: 1 })).history).toMatchObject({ val_loss: [7] });
    tf.dispose(held);
  });

  test('calls back as tfjs does, and waits', async () => {
    const calls: unknown[] = [];
    const later = async (...call: unknown[]) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      calls.push(call);
    };
    await run({
      epochs: 2,
      callbacks: {
        onTrainBegin: () => later('begin'),
        onTrainEnd: () => later('end'),
        onEpochEnd: (epoch, logs) => later('epoch', epoch, logs),
        onBatchEnd: (batch, logs) => later('batch', batch, logs),
      },
    });
    expect(calls).toEqual([
      ['begin'],
      ['batch', 0, { batch: 0, loss: 1 }],
      ['batch', 1, { batch: 1, loss: 2 }],
      ['epoch', 0, { loss: 1.5 }],
      ['batch', 0, { batch: 0, loss: 1 }],
      ['batch', 1, { batch: 1, loss: 2 }],
      ['epoch', 1, { loss: 1.5 }],
      ['end'],
    ]);
  });

  test('takes several callbacks', async () => {
    const seen: string[] = [];
    const note = (name: string) => ({ onEpochEnd: () => void seen.push(name) });
    await run({ epochs: 1, callbacks: [note('a'), note('b')] });
    expect(seen).toEqual(['a', 'b']);
  });

  test('stops by a signal from a callback, without an error', async () => {
    const stop = new AbortController();
    const onEpochEnd = (epoch: number) => {
      if (epoch === 1) stop.abort();
    };
    const history = await run({ epochs: 9, signal: stop.signal, callbacks: { onEpochEnd } });
    expect(history.epoch).toEqual([0, 1]);
  });

  test('aborted before it began calls begin and end, and gives an empty history', async () => {
    const seen: string[] = [];
    const history = await run({
      epochs: 1,
      signal: AbortSignal.abort(),
      callbacks: { onTrainBegin: () => seen.push('begin'), onTrainEnd: () => seen.push('end') },
    });
    expect(history).toEqual({ epoch: [], history: {} });
    expect(seen).toEqual(['begin', 'end']);
  });

  test('refuses wrong options before the first callback', async () => {
    const seen: string[] = [];
    const callbacks = { onTrainBegin: () => seen.push('begin') };
    await expect(run({ callbacks })).rejects.toThrow(/must have `epochs` or `steps`/);
    expect(seen).toEqual([]);
  });

  test.each(['onEpochEnd', 'onBatchEnd'] as const)('passes on the error of %s, and leaks nothing', async (name) => {
    const callbacks = {
      [name]: () => {
        throw new Error('in the callback');
      },
    };
    await withoutLeak(() => expect(run({ epochs: 1, callbacks })).rejects.toThrow('in the callback'));
  });
});
