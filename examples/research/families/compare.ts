import * as tf from '@tensorflow/tfjs';
import { createRandom } from 'tfjs-generative';
import { saveFile } from 'tfjs-generative/node';
import type { Pictures } from '../../shared/image-data.js';
import type { Comparison, Row } from './comparison.js';
import type { Family } from './family.js';
import { drawFamilies } from './picture.js';
import { trainFor } from './train.js';

/** What {@link compare} takes. */
export interface CompareOptions {
  /** Where checkpoints and pictures are written. */
  readonly folder: string;
  /** A folder of checkpoints to continue from. */
  readonly resume: string | undefined;
  readonly seeds: readonly number[];
  /** Training time of each model in seconds. */
  readonly seconds: number;
  /** Number of updates of a family, in place of a time; the families whose first run is timed are added. */
  readonly updates: Map<Family['name'], number>;
  /** Number of samples to measure. */
  readonly samples: number;
}

/** Trains each family with each seed and measures it; returns the rows of the table, the first of which is that of the data. */
export async function compare<P extends Pictures, M>(
  comparison: Comparison<P, M>,
  options: CompareOptions,
): Promise<Row<M>[]> {
  const { folder, seeds, samples } = options;
  const [seed] = seeds;
  const rows: Row<M>[] = [{ name: 'data', seed: seed!, ...(await comparison.measureData(samples, seed!)) }];
  for (const seed of seeds) {
    const shown: tf.Tensor[] = [];
    for (const family of comparison.families) {
      const results = await runFamily(family, { comparison, options, seed });
      rows.push(...results.rows);
      shown.push(results.shown);
    }
    await saveFile(`${folder}/families-${seed}.png`, await drawFamilies(shown, comparison));
    tf.dispose(shown);
    console.log(`${folder}/families-${seed}.png`);
  }
  return rows;
}

interface FamilyRun<P extends Pictures, M> {
  readonly comparison: Comparison<P, M>;
  readonly options: CompareOptions;
  readonly seed: number;
}

/** Trains a model, then makes and measures its samples in each way; `shown` are some samples of the last way. */
async function runFamily<P extends Pictures, M>(
  family: Family<P>,
  { comparison, options, seed }: FamilyRun<P, M>,
): Promise<{ rows: Row<M>[]; shown: tf.Tensor }> {
  const { resume, folder, seconds, updates } = options;
  const trained = await trainFor(family, {
    images: comparison.train,
    seconds,
    seed,
    checkpoint: `${resume ?? folder}/${family.name}-${seed}.safetensors`,
    resumes: resume !== undefined,
    steps: updates.get(family.name),
  });
  const { model, steps, seconds: trainingSeconds } = trained;
  updates.set(family.name, steps);
  const bounds = await model.bounds?.(comparison.test);
  const { parameters } = model;
  const rows: Row<M>[] = [];
  let shown: tf.Tensor | undefined;
  for (const { name, sample } of model.ways) {
    const began = performance.now();
    const samples = await sample(options.samples, createRandom(seed).fork('samples'));
    await tf.sum(samples).data(); // waits for the device
    const millisecondsPerImage = (performance.now() - began) / samples.shape[0];
    const measures = await comparison.measure(samples, seed);
    rows.push({ name, seed, ...measures, parameters, steps, trainingSeconds, millisecondsPerImage, ...bounds });
    shown?.dispose();
    shown = tf.slice(samples, 0, Math.min(comparison.shown, samples.shape[0]));
    samples.dispose();
  }
  model.dispose();
  return { rows, shown: shown! };
}
