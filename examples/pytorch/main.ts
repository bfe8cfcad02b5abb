// Sends a VAE, a DCGAN and a U-Net to PyTorch, trains them there, and loads them back; both sides compute the same outputs.
import { mkdir } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { createRandom } from 'tfjs-generative';
import { loadFile, saveFile } from 'tfjs-generative/node';
import { loadStateDict, saveStateDict } from 'tfjs-generative/pytorch';
import { startBackend } from '../shared/backend.js';
import { loadClothes } from '../shared/image-data.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { createModels } from './models.js';
import { checkPython, runPython } from './python.js';

const OUT = 'out/pytorch';
const IMAGES = 32;
/** The allowed difference of outputs: for float32 sums in another order, and for half precision. */
const [SAME, HALF] = [1e-5, 1e-3];

const options = readOptions({
  command: 'npm run example -- pytorch',
  about: 'Sends models to PyTorch and back, and prints how much their outputs differ on the same input.',
  options: {},
});

run(async () => {
  await checkPython();
  const backend = await startBackend(options);
  await mkdir(OUT, { recursive: true });
  const random = createRandom(options.seed);
  const { images } = (await loadClothes()).test;
  const pixels = Float32Array.from(images.data.subarray(0, IMAGES * 784), (byte) => byte / 255);
  const models = createModels(tf.tensor4d(pixels, [IMAGES, 28, 28, 1]), random);
  const began = performance.now();

  for (const { name, part, example, train } of models) {
    train();
    await saveFile(`${OUT}/${name}.safetensors`, await saveStateDict(part, { example }));
    await saveFile(`${OUT}/${name}.half.safetensors`, await saveStateDict(part, { example, dtype: 'F16' }));
  }
  const there = await runPython<Record<string, { difference: number; half: number }>>('pytorch/round_trip.py', [OUT]);

  const row = (title: string, cells: readonly string[]): string =>
    title.padEnd(36) + cells.map((cell) => cell.padStart(13)).join('');
  console.log(row('largest difference of outputs', ['in PyTorch', 'back', 'PyTorch, F16', 'back, F16']));
  const report: Record<string, object> = {};
  for (const { name, part, example } of models) {
    const load = async (file: string, tolerance: number) =>
      (await loadStateDict(part, await loadFile(`${OUT}/${name}.${file}.safetensors`), {
        example: { run: example.run, tolerance },
      }))!;
    const backHalf = await load('back.half', HALF);
    const back = await load('back', SAME);
    const { difference, half } = there[name]!;
    const numbers = [difference, back, half, backHalf].map((x) => x.toExponential(1));
    console.log(row(name, numbers));
    report[name] = { there: difference, back, thereHalf: half, backHalf };
  }
  const seconds = (performance.now() - began) / 1000;
  console.log(`${seconds.toFixed(1)} s, most of it for starting PyTorch; the files are in ${OUT}`);
  await writeReport(options.json, { models: report, seconds, seed: options.seed, backend });
});
