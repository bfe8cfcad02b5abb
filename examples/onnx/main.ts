// Trains a decoder and a class-conditional denoiser of its latents, exports both as ONNX, and samples the same pictures in three programs.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { InferenceSession } from 'onnxruntime-web';
import { createRandom, sampleDdim } from 'tfjs-generative';
import { saveFile } from 'tfjs-generative/node';
import { saveOnnx } from 'tfjs-generative/onnx';
import { drawBlocks } from '../latent-diffusion/samples.js';
import { startBackend } from '../shared/backend.js';
import { examplePath } from '../shared/example-path.js';
import { CLASSES, loadClothes } from '../shared/image-data.js';
import { labelsInTurn } from '../shared/labels.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { trainModel } from './model.js';
import { sample, type Settings } from './sample.js';

const OUT = 'out/onnx';
/** Pictures of each class, and calls of the denoiser. */
const [EACH, CALLS] = [3, 20];
const python = process.env['PYTHON'] ?? '/usr/bin/python3';

const options = readOptions({
  command: 'npm run example -- onnx',
  about: `Exports a decoder and a denoiser to ${OUT}, and compares samples of this library with those of ONNX Runtime in JavaScript and Python.`,
  options: {
    data: {
      kind: 'folder',
      help: 'the four IDX files of Fashion-MNIST; by default the subset that ships with the examples',
    },
    steps: { kind: 'integer', default: 1500, minimum: 1, help: 'updates of each model' },
  },
});

run(async () => {
  const { train: training } = await loadClothes(options.data);
  const backend = await startBackend(options);
  const random = createRandom(options.seed);
  const { denoiser, decoder, restore, dispose } = await trainModel(training, options.steps, random);

  const count = EACH * CLASSES;
  const { steps, alphaBar } = denoiser.schedule;
  const timesteps = Array.from({ length: CALLS }, (_, i) => steps - 1 - (i * steps) / CALLS);
  const condition = labelsInTurn(count);
  const [mean, noise] = [restore(tf.zeros([1, 24])), random.fork('samples').normal([count, 24])];
  const deviation = tf.sub(restore(tf.ones([1, 24])), mean);
  const numbers = async (x: tf.Tensor): Promise<number[]> => Array.from(await x.data());
  const settings: Settings = {
    timesteps,
    alphaBar: timesteps.map((t) => alphaBar[t]!),
    labels: await numbers(condition),
    noise: await numbers(noise),
    mean: await numbers(mean),
    deviation: await numbers(deviation),
  };
  const files = { denoiser: await saveOnnx(denoiser), decoder: await saveOnnx(decoder) };
  await saveFile(`${OUT}/denoiser.onnx`, files.denoiser);
  await saveFile(`${OUT}/decoder.onnx`, files.decoder);
  await saveFile(`${OUT}/settings.json`, new TextEncoder().encode(JSON.stringify(settings)));

  const x = await sampleDdim(denoiser, { from: { x: noise, timestep: timesteps[0]! }, timesteps, condition });
  const pictures = tf.tidy(() => decoder.mean(restore(x)));
  const here = (await pictures.data()) as Float32Array;
  await saveFile(`${OUT}/samples.png`, await drawBlocks([tf.tidy(() => tf.clipByValue(pictures, 0, 1))]));
  await saveFile(`${OUT}/here.f32`, new Uint8Array(here.buffer, here.byteOffset, here.byteLength));
  dispose();

  const sessions = [files.denoiser, files.decoder].map((bytes) => InferenceSession.create(bytes));
  const [ofDenoiser, ofDecoder] = (await Promise.all(sessions)) as [InferenceSession, InferenceSession];
  const javascript = largestDifference(here, await sample(ofDenoiser, ofDecoder, settings));
  console.log(`ONNX Runtime for JavaScript differs by at most ${javascript.toExponential(1)}`);
  const inPython = await samplePython(here);
  const bytes = files.denoiser.length + files.decoder.length;
  await writeReport(options.json, { javascript, python: inPython, bytes, seed: options.seed, backend });
  console.log(`${OUT}/samples.png`);
});

/** The difference of Python's pictures; undefined if Python has no ONNX Runtime. */
async function samplePython(here: Float32Array): Promise<number | undefined> {
  try {
    await promisify(execFile)(python, ['-c', 'import numpy, onnxruntime']);
  } catch {
    console.log(
      `${python} has no onnxruntime: on Debian, apt-get install python3-onnxruntime; elsewhere, pip install onnxruntime`,
    );
    return undefined;
  }
  await promisify(execFile)(python, [examplePath('onnx/sample.py'), OUT]);
  const { buffer, byteOffset, byteLength } = await readFile(`${OUT}/python.f32`);
  const theirs = new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
  const difference = largestDifference(here, theirs);
  console.log(`ONNX Runtime for Python differs by at most ${difference.toExponential(1)}`);
  return difference;
}

function largestDifference(ours: Float32Array, theirs: Float32Array): number {
  if (ours.length !== theirs.length) throw new Error(`${theirs.length} numbers instead of ${ours.length}`);
  return ours.reduce((largest, x, i) => Math.max(largest, Math.abs(x - theirs[i]!)), 0);
}
