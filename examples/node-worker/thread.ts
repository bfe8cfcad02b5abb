// The worker thread: it makes the model, trains it, and logs each report as CSV and for TensorBoard.
import { hostname } from 'node:os';
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { batches, bernoulli, createAdam, createDecoder, createGaussianEncoder, createRandom } from 'tfjs-generative';
import { createVaeTrainer, linearRamp, mlp } from 'tfjs-generative';
import { createLog, csvWriter, eventFileName, tensorBoardWriter, watchOptimizer } from 'tfjs-generative/logs';
import { logFile } from 'tfjs-generative/node';
import { createRun, serveRun, type RunSettings } from 'tfjs-generative/run';
import { startBackend } from '../shared/backend.js';
import { flatImages } from '../shared/flat-images.js';
import { loadImages } from '../shared/image-data.js';
import type { Backend } from '../shared/options.js';

/** What the main thread posts. */
export interface ThreadSettings extends RunSettings {
  readonly seed: number;
  readonly backend: Backend;
  readonly data: string | undefined;
  readonly folder: string;
}

serveRun(parentPort!, async ({ seed, backend, data, folder, ...settings }: ThreadSettings) => {
  await startBackend({ backend });
  const random = createRandom(seed);
  const encoder = createGaussianEncoder(mlp({ sizes: [784, 256, 32], random: random.fork('encoder') }), {
    latentSize: 16,
  });
  const decoder = createDecoder(mlp({ sizes: [16, 256, 784], random: random.fork('decoder') }), {
    likelihood: bernoulli,
  });
  const learningRate = linearRamp({ from: 1e-4, to: 2e-3, steps: 100 });
  const optimizer = watchOptimizer(createAdam({ learningRate }));
  const trainer = createVaeTrainer({ encoder, decoder, optimizer, random });

  const { train } = await loadImages(data);
  const source = batches(flatImages(train), { batchSize: 128, random });
  const log = createLog({
    writers: [
      csvWriter(logFile(join(folder, 'log.csv'))),
      tensorBoardWriter(logFile(join(folder, eventFileName(hostname())))),
    ],
    optimizers: { optimizer },
  });
  return createRun(trainer, source, { ...settings, onReport: log.add });
});
