/**
 * Makes one part of a long run: long-run-part.ts '{"folder":"a","from":"file","length":{"steps":7},"to":"file"}'. It
 * accumulates gradients, reduces its rate, ends early and keeps checkpoints in the folder. Prints, as JSON, all that it is in the end.
 */
import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs';
import * as g from '../../../src/index.js';
import { folderStore, loadFile, saveFile } from '../../../src/node/index.js';
import { accumulateGradients, keepCheckpoints, reduceOnPlateau, stopEarly } from '../../../src/run/index.js';
import { additions, families, stateOf } from '../../contract/families.js';
import type { LongPart, LongReport } from '../long-run-processes.js';

const { folder, from, length, to } = JSON.parse(process.argv[2]!) as LongPart;
await tf.setBackend('cpu');

const watched = { metric: 'val_elbo', goal: 'max', minChange: 0.02 } as const;
const rate = reduceOnPlateau({ ...watched, from: 0.05, patience: 2, factor: 0.5 });
const optimizer = () => accumulateGradients(g.createAdam({ learningRate: rate }), { batches: 2 });
// of other numbers, which the file replaces
const made = families['VAE']!(optimizer, additions['with all']!, from === undefined ? 1 : 9);
const { trainer, data } = made;
const keep = keepCheckpoints({
  store: folderStore(folder),
  last: 2,
  best: { metric: 'val_loss', goal: 'max', count: 2 },
});
const stop = stopEarly({ ...watched, patience: 5 });
const observers = [rate, stop, keep];
const validation = [{ x: tf.fill([6, 4], 0.3), condition: tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32') }];

if (from !== undefined) {
  await g.loadCheckpoint(trainer, await loadFile(from), { data, observers });
}
for await (const report of g.train(trainer, data, { ...length, validation, observers })) void report;
if (to !== undefined) await saveFile(to, await g.saveCheckpoint(trainer, { data, observers }));

const hash = createHash('sha256').update(JSON.stringify(await stateOf(made)));
const best = createHash('sha256').update((await keep.load('best')) ?? '');
const report: LongReport = {
  steps: trainer.steps!,
  rate: rate(0),
  reason: stop.reason,
  observers: observers.map(({ state }) => state!()),
  kept: await keep.list(),
  hash: hash.digest('hex'),
  best: best.digest('hex'),
};
process.stdout.write(`\n${JSON.stringify(report)}\n`);
