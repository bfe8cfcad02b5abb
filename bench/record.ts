/**
 * Recorded training steps in ONNX Runtime for the web, compared with the same steps here: wasm on one thread, minima of interleaved runs.
 *
 * Run: npm run bench -- record [--json FILE] [--rounds N] [--markdown] [--models vae,gan]
 *
 * The models are those of the example onnx-training.
 */
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import * as runtime from 'onnxruntime-web';
import { makers } from '../examples/onnx-training/models.js';
import { batchOf } from '../examples/onnx-training/open-training.js';
import { describe } from '../examples/onnx-training/prepare.js';
import { replayOnnx } from '../examples/onnx-training/replay-onnx.js';
import type { Stored } from '../examples/onnx-training/safetensors.js';
import { createRandom, readMetrics } from '../src/index.js';
import { saveOnnx } from '../src/onnx/index.js';
import { recordStep } from '../src/record/index.js';
import { commonOptions, keepLeast, report, type Minima, type Row } from './report.js';
import { measureRoof } from './roof/roof.js';
import { chosen } from './steps/compare.js';
import { enablePath } from './steps/path.js';

const { values: options } = parseArgs({ options: { ...commonOptions, models: { type: 'string' } } });
/** Steps that are timed together, at least two. */
const STEPS = 4;
const ROWS = 64;

const roof = await measureRoof();
await enablePath(1, 'narrow');
await tf.setBackend('wasm');
runtime.env.wasm.numThreads = 1;
const random = createRandom(1);
const numbers = (shape: readonly number[], data: Float32Array | Int32Array): Stored => ({ shape, data });
const data = {
  pictures: numbers([ROWS, 28, 28, 1], await random.uniform([ROWS, 28, 28, 1]).data<'float32'>()),
  words: numbers([ROWS, 12], await random.integers([ROWS, 12], 0, 27).data<'int32'>()),
};

const rows: Row[] = [];
for (const [name, make] of Object.entries(chosen(makers, options.models))) {
  const { trainer, data: all, batchSize, timesteps } = make(data, random.fork(name));
  const batch = batchOf(all, [batchSize, ...all.shape.slice(1)], 0);
  const x = tf.tensor(batch.data, [...batch.shape], all.data instanceof Int32Array ? 'int32' : 'float32');
  const recordingStart = performance.now();
  const recording = await recordStep(trainer, x);
  const recordingTime = performance.now() - recordingStart;
  const state = recording.state.map(({ name, shape, data }) => [name, { shape, data }] as [string, Stored]);
  const model = await saveOnnx(recording);
  const replay = await replayOnnx({ runtime, model, description: describe(recording, timesteps), state: new Map(state), seed: 1 }); // prettier-ignore
  const minima: Minima = {};
  // the loss is read on both sides: the next step waits for nothing else
  const programs = {
    here: async () => void (await readMetrics(trainer.step(x))),
    there: async () => void (await replay.step({ x: batch })),
  };
  for (let round = 0; round < 2 + Number(options.rounds); round++) {
    for (const [program, step] of Object.entries(programs)) {
      const times: number[] = [];
      for (let i = 0; i < STEPS; i++) {
        const start = performance.now();
        await step();
        times.push(performance.now() - start);
      }
      // the engines compile in the first rounds
      if (round > 1) keepLeast(minima, program, Math.min(...times));
    }
  }
  const { here, there } = minima;
  rows.push({ 'a step, ms': name, here, 'ONNX Runtime': there, ratio: there! / here!, recording: recordingTime, kB: model.length / 1000 }); // prettier-ignore
  await replay.dispose();
  trainer.dispose();
  x.dispose();
}
report({ tables: [{ title: 'Recorded steps', rows }], options, roof });
