import * as tf from '@tensorflow/tfjs';
import { createAdam, createRandom } from 'tfjs-generative';
import {
  createTableModel,
  createTableTrainer,
  describeTable,
  encodeTable,
  sampleTable,
  type Row,
} from 'tfjs-generative/tables';
import type { Model } from './models.js';
import { wrapTrainer } from './wrap-trainer.js';

/** Seven columns of numbers and three of categories, as many as diamonds have. */
const rows: readonly Row[] = Array.from({ length: 2048 }, (_, i) => ({
  ...Object.fromEntries(Array.from({ length: 7 }, (_, k) => [`number ${k}`, Math.sin((i + 1) * (k + 1))])),
  ...Object.fromEntries([5, 7, 8].map((size, k) => [`category ${k}`, 'abcdefgh'[(i * (k + 3)) % size]!])),
}));

const random = createRandom(1);
const description = describeTable(rows);
const model = () => createTableModel({ description, random });

/** A step of the default model, with 512 rows. */
function training(): () => void {
  const optimizer = createAdam({ learningRate: 1e-3 });
  const trainer = wrapTrainer(createTableTrainer({ model: model(), optimizer, random }));
  const { data, shape } = encodeTable(description, rows.slice(0, 512));
  const x = tf.tensor(data, [...shape]);
  return () => tf.dispose({ ...trainer.step(x) });
}

/** 2,048 rows of the default model in 50 calls of its network. */
function sampling(): () => Promise<void> {
  const one = model();
  return async () => void (await sampleTable(one, rows.length, { random }));
}

/** Models of tables. */
export const tableModels: Readonly<Record<string, Model>> = { table: training, 'table sampling': sampling };
