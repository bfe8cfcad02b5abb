import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { rocAuc } from '../../metrics/roc-auc.js';
import type { Network } from '../../nets/network.js';
import { mlp } from '../../nets/networks/mlp.js';
import { crossEntropy } from '../../operations/cross-entropy.js';
import type { RandomStream } from '../../random/stream.js';
import { readTensor } from '../../tensor/lost-backend.js';
import { createAdam } from '../../training/optimizers/adam.js';
import type { AfterPause } from '../../training/pause.js';
import { trainerBy } from '../../training/trainer/create-trainer.js';
import { lossKind } from '../../training/trainer/read-game.js';
import { isNumeric, type TableDescription } from '../description.js';
import { featuresOf, type Features } from './features.js';
import type { ReportTables } from './read-tables.js';

/** How well a small network predicts a column of held-out rows after training on synthetic rows, next to real rows. */
export interface Efficacy {
  /** The column that is predicted from all others. */
  readonly target: string;
  /**
   * 'auc', the area under the ROC curve, for two categories; 'accuracy' for more; 'r2', the share of the variance that is explained, for
   * the normal scores of numbers and dates.
   */
  readonly measure: 'auc' | 'accuracy' | 'r2';
  /** Synthetic rows from which it learned, and as many real rows: at most 10,000, drawn at random, that have the target. */
  readonly rows: number;
  /** The measure after learning from synthetic rows. */
  readonly synthetic: number;
  /** The measure after learning from as many real rows. */
  readonly real: number;
  /** The measure of the best constant: 0.5 for 'auc', 0 for 'r2', and the share of the most frequent category of the real rows for 'accuracy'. */
  readonly constant: number;
  /** synthetic / real; null if the real rows do not help to predict the target, real <= constant. */
  readonly ratio: number | null;
}

/** What {@link efficacyOf} needs. */
export interface EfficacyOptions extends Pick<ReportTables, 'real' | 'synthetic' | 'heldOut'> {
  readonly where: string;
  readonly description: TableDescription;
  /** The place of the target among the columns. */
  readonly target: number;
  readonly random: RandomStream;
  readonly afterPause: AfterPause;
}

const MAX_ROWS = 10_000;
const BATCH = 256;
const WIDTH = 64;
const LEARNING_RATE = 1e-2;
/** Passes over the rows, within limits of the updates. */
const PASSES = 30;
const [MIN_UPDATES, MAX_UPDATES] = [200, 1000];

/** Measures efficacy; null if it cannot be: no other column, or no row with the target in one of the tables. */
export async function efficacyOf(options: EfficacyOptions): Promise<Efficacy | null> {
  const { description, target, random } = options;
  const column = description.columns[target]!;
  const [real, synthetic, heldOut] = (['real', 'synthetic', 'heldOut'] as const).map((name) =>
    featuresOf(options[name], description, target, random.fork(name), MAX_ROWS),
  ) as [Features, Features, Features];
  const classes = isNumeric(column) ? 0 : column.categories.length;
  const rows = Math.min(real.rows, synthetic.rows);
  if (rows === 0 || real.inputs === 0 || new Set(heldOut.targets).size < 2) return null;
  const measure = classes === 0 ? 'r2' : classes === 2 ? 'auc' : 'accuracy';
  const valueOf = async (features: Features): Promise<number> => {
    const outputs = await learn({ ...options, train: { ...features, rows }, test: heldOut, classes });
    return MEASURES[measure](outputs, heldOut.targets, classes);
  };
  const [ofSynthetic, ofReal] = [await valueOf(synthetic), await valueOf(real)];
  const counts = new Float64Array(classes);
  if (classes > 0) real.targets.forEach((label) => counts[label]!++);
  const constant = { r2: 0, auc: 0.5, accuracy: Math.max(...counts) / real.rows }[measure];
  return {
    target: column.name,
    measure,
    rows,
    synthetic: ofSynthetic,
    real: ofReal,
    constant,
    ratio: ofReal > constant ? ofSynthetic / ofReal : null,
  };
}

type Measure = (outputs: Float32Array, targets: Float32Array, classes: number) => number;

const MEASURES: Readonly<Record<Efficacy['measure'], Measure>> = {
  r2: (outputs, targets) => {
    const mean = targets.reduce((sum, y) => sum + y, 0) / targets.length;
    const total = targets.reduce((sum, y) => sum + (y - mean) ** 2, 0);
    return 1 - targets.reduce((sum, y, i) => sum + (y - outputs[i]!) ** 2, 0) / total;
  },
  auc: (outputs, targets) => {
    const scores = Float64Array.from(targets, (_, i) => outputs[2 * i + 1]! - outputs[2 * i]!);
    return rocAuc(
      scores.filter((_, i) => targets[i] === 0),
      scores.filter((_, i) => targets[i] === 1),
    ).value;
  },
  accuracy: (outputs, targets, classes) => {
    const isRight = (label: number, i: number): boolean => {
      const logits = outputs.subarray(i * classes, (i + 1) * classes);
      return logits.indexOf(Math.max(...logits)) === label;
    };
    return targets.filter(isRight).length / targets.length;
  },
};

interface Learning extends Pick<EfficacyOptions, 'where' | 'random' | 'afterPause'> {
  readonly train: Features;
  readonly test: Features;
  /** 0 for numbers. */
  readonly classes: number;
}

/** The outputs of a network for the test rows after training, `[rows, classes or 1]`: the same start and the same order for the same stream. */
async function learn({ where, train, test, classes, random, afterPause }: Learning): Promise<Float32Array> {
  const size = Math.min(BATCH, train.rows);
  const perPass = Math.floor(train.rows / size);
  const updates = Math.min(MAX_UPDATES, Math.max(MIN_UPDATES, PASSES * perPass));
  const network = mlp({ sizes: [train.inputs, WIDTH, WIDTH, Math.max(1, classes)], random: random.fork('network') });
  // falling to 0: at a constant rate, the accuracies of two runs differ by 3%, otherwise by 1%
  const optimizer = createAdam({ learningRate: (update) => LEARNING_RATE * (1 - update / updates) });
  const trainer = trainerBy(
    where,
    { ...classifierLoss(network, classes), optimizer, random: random.fork('trainer') },
    lossKind,
  );
  try {
    let order: Uint32Array = new Uint32Array();
    for (let update = 0; update < updates; update++) {
      const place = update % perPass;
      if (place === 0) order = random.fork(`pass ${update / perPass}`).permutation(train.rows);
      await afterPause(() => {
        const chosen = order.subarray(place * size, (place + 1) * size);
        const x = tf.tensor2d(train.fill(chosen), [size, train.inputs + 1]);
        tf.dispose([trainer.step(x), x]);
      });
    }
    const outputs = new Float32Array(test.rows * Math.max(1, classes));
    for (let from = 0; from < test.rows; from += MAX_ROWS / 10) {
      const chosen = Uint32Array.from({ length: Math.min(MAX_ROWS / 10, test.rows - from) }, (_, i) => from + i);
      const output = await afterPause(() =>
        tf.tidy(() => network.apply(inputsIn(tf.tensor2d(test.fill(chosen), [chosen.length, test.inputs + 1])))),
      );
      outputs.set(await readTensor(where, output).finally(() => output.dispose()), from * Math.max(1, classes));
    }
    return outputs;
  } finally {
    trainer.dispose();
    network.dispose();
  }
}

/** All columns but the last, which is the target. */
function inputsIn(x: Tensor): Tensor {
  return tf.slice(x, [0, 0], [-1, x.shape[1]! - 1]);
}

function classifierLoss(network: Network, classes: number) {
  return {
    name: 'efficacy',
    parts: { network },
    loss: ({ x }: { readonly x: Tensor }) => {
      const target = tf.reshape(tf.slice(x, [0, x.shape[1]! - 1], [-1, 1]), [-1]);
      const output = network.apply(inputsIn(x));
      const each =
        classes === 0
          ? tf.square(tf.sub(tf.reshape(output, [-1]), target))
          : crossEntropy(output, tf.cast(target, 'int32'));
      return { loss: tf.mean(each) };
    },
  };
}
