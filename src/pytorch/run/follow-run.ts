import * as tf from '@tensorflow/tfjs-core';
import type { RandomStream } from '../../random/index.js';
import type { FollowStep } from '../../record/record-step.js';
import type { RecordedNumbers, Recording, Size } from '../../record/recording.js';
import { sizeAt } from '../../record/sizes.js';
import { unusable } from '../../tensor/errors.js';
import { disposeBatch, type Batch } from '../../training/data/batch.js';
import type { BatchSource } from '../../training/data/batches.js';
import { orderOfEpoch, shuffleOf } from '../../training/data/epoch-order.js';
import type { Json } from '../../training/json.js';
import type { SafetensorsTensor } from '../../training/saving/safetensors.js';
import type { Trainer } from '../../training/trainer/trainer.js';
import { countersOf, type CounterPath } from './run-counters.js';

/** The tables of a run: orders, what the host chose, counters, and stored draws. */
export interface FollowedRun {
  readonly tables: readonly SafetensorsTensor[];
  readonly counters: readonly CounterPath[];
}

/** The steps that are followed. */
export interface FollowRunOptions {
  readonly where: string;
  readonly recording: Recording;
  readonly step: FollowStep;
  readonly trainer: Trainer;
  readonly random: RandomStream | undefined;
  readonly batchSize: number;
  readonly examples: number;
  readonly start: { readonly epoch: number; readonly position: number };
  /** Gives batches; their examples do not matter. */
  readonly sample: BatchSource;
  readonly steps: number;
  readonly storedDraws: number;
}

const DTYPES = { float32: 'F32', int32: 'I32', bool: 'BOOL' } as const;

/** Makes the coming steps without their arithmetic, and notes what the host gives to each. */
export async function followRun(options: FollowRunOptions): Promise<FollowedRun> {
  const { where, recording, step, trainer, random, batchSize, examples, start, sample, steps, storedDraws } = options;
  const { batchesPerEpoch } = sample;
  const epochs = Math.ceil((start.position + steps) / batchesPerEpoch);
  const shuffle = random && shuffleOf(random);
  const order = new Int32Array(epochs * examples);
  for (let i = 0; i < epochs; i++) order.set(orderOfEpoch(start.epoch + i, examples, shuffle), i * examples);

  const chosen = recording.inputs.filter(({ data }) => data);
  const tables = new Map(chosen.map((one) => [one.name, tableOf(one, steps, batchSize)]));
  const draws = new Map(
    recording.draws.map((one) => [one.name, tableOf(one, Math.min(storedDraws, steps), batchSize)]),
  );
  const states: Json[] = [trainer.state.plain];
  const whole = await batchAt(sample, 0);
  const last = examples % batchSize === 0 || batchesPerEpoch * batchSize < examples ? whole : await batchAt(sample, batchesPerEpoch - 1); // prettier-ignore
  try {
    for (let i = 0; i < steps; i++) {
      const isLast = (start.position + i + 1) % batchesPerEpoch === 0;
      const found = await step(isLast ? last : whole, i < storedDraws);
      for (const { name } of chosen) put(tables.get(name)!, i, found.chosen[name]!);
      if (i < storedDraws) recording.draws.forEach(({ name }, k) => put(draws.get(name)!, i, found.drawn[k]!));
      states.push(trainer.state.plain);
    }
  } finally {
    disposeBatch(whole);
    if (last !== whole) disposeBatch(last);
  }
  const counters = countersOf(states);
  if (counters === undefined) {
    const fix = 'Keep what changes in it in whole numbers.';
    throw unusable(where, 'trainer', 'must have a state of counters and random streams', { seen: 'another', fix });
  }
  const width = counters.paths.length;
  const rows = new Int32Array(counters.rows.length * width);
  counters.rows.forEach((row, i) => rows.set(row, i * width));
  return {
    counters: counters.paths,
    tables: [
      { name: 'order', dtype: 'I32', shape: [epochs, examples], data: order },
      { name: 'counters', dtype: 'I32', shape: [counters.rows.length, width], data: rows },
      ...Array.from(tables, ([name, table]) => ({ ...table, name: `chosen.${name}` })),
      ...Array.from(draws, ([name, table]) => ({ ...table, name: `drawn.${name}` })),
    ],
  };
}

/** An empty table with a row for each step. */
function tableOf(
  { shape, dtype }: { readonly shape: readonly Size[]; readonly dtype: keyof typeof DTYPES },
  steps: number,
  batch: number,
): Omit<SafetensorsTensor, 'name'> {
  const row = shape.map((size) => sizeAt(size, { batch }));
  const count = steps * tf.util.sizeFromShape(row);
  const data = dtype === 'float32' ? new Float32Array(count) : dtype === 'int32' ? new Int32Array(count) : new Uint8Array(count); // prettier-ignore
  return { dtype: DTYPES[dtype], shape: [steps, ...row], data };
}

/** Writes a row; that of a smaller batch is shorter. */
function put({ shape, data }: Omit<SafetensorsTensor, 'name'>, row: number, numbers: RecordedNumbers): void {
  (data as Float32Array).set(numbers, row * tf.util.sizeFromShape(shape.slice(1)));
}

/** A batch of a source, which the caller disposes. */
async function batchAt(source: BatchSource, position: number): Promise<Batch> {
  source.restore({ epoch: 0, position });
  for await (const batch of source) return batch;
  throw new Error();
}
