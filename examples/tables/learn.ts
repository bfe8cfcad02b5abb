import { batches, cosineDecay, createAdam, train, type RandomStream } from 'tfjs-generative';
import { terminalProgress } from 'tfjs-generative/node';
import { decayOverTime, stopAfter } from 'tfjs-generative/run';
import {
  createTableModel,
  createTableTrainer,
  encodeTable,
  type Row,
  type TableDescription,
  type TableModel,
} from 'tfjs-generative/tables';

const BATCH_SIZE = 512;
const RATE = 2e-3;
const AVERAGE_DECAY = 0.999;
/** Updates between two reports. */
const REPORT_EVERY = 10;

/** What {@link learn} takes. */
export interface Learning {
  readonly description: TableDescription;
  readonly rows: readonly Row[];
  /** Training ends after this time, or after so many updates if they are given. */
  readonly minutes: number;
  readonly updates: number | undefined;
  readonly random: RandomStream;
}

/** Trains a model of a table with a progress bar; resolves to the average of its weights. */
export async function learn({ description, rows, minutes, updates, random }: Learning) {
  const create = (): TableModel => createTableModel({ description, random: random.fork('model') });
  const [model, average] = [create(), create()];
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  const shareAt = (step: number): number =>
    Math.min(1, updates === undefined ? seconds() / (60 * minutes) : step / updates);
  const learningRate =
    updates === undefined ? decayOverTime({ minutes, from: RATE }) : cosineDecay({ from: RATE, to: 0, steps: updates });
  const observers = updates === undefined ? [stopAfter({ minutes })] : [];
  const trainer = createTableTrainer({
    model,
    optimizer: createAdam({ learningRate }),
    random,
    average: { into: average, decay: AVERAGE_DECAY },
  });
  const source = batches(encodeTable(description, rows), {
    batchSize: Math.min(BATCH_SIZE, rows.length),
    random: random.fork('batches'),
    dropLast: true,
  });
  const progress = terminalProgress({ total: 100, label: 'learning' });
  let done = 0;
  const plan = { steps: updates ?? 1e9, reportEvery: REPORT_EVERY, observers };
  for await (const { step, metrics } of train(trainer, source, plan)) {
    done = step;
    progress.update(Math.floor(100 * shareAt(step)), { updates: step, loss: metrics.loss });
  }
  progress.stop();
  trainer.dispose();
  model.dispose();
  return { model: average, updates: done, seconds: seconds() };
}
