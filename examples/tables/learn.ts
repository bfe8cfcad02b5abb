import { batches, createAdam, train, type RandomStream } from 'tfjs-generative';
import { terminalProgress } from 'tfjs-generative/node';
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
/** Updates between two looks at the clock. */
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
  const trainer = createTableTrainer({
    model,
    optimizer: createAdam({ learningRate: (step) => (RATE * (1 + Math.cos(Math.PI * shareAt(step)))) / 2 }),
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
  for await (const { step, metrics } of train(trainer, source, { steps: updates ?? 1e9, reportEvery: REPORT_EVERY })) {
    done = step;
    progress.update(Math.floor(100 * shareAt(step)), { updates: step, loss: metrics.loss });
    if (shareAt(step) >= 1) break;
  }
  progress.stop();
  trainer.dispose();
  model.dispose();
  return { model: average, updates: done, seconds: seconds() };
}
