// Records a training step of four models, trains them in ONNX Runtime, takes them back, and compares each loss with training on here.
import * as tf from '@tensorflow/tfjs-core';
import { readFile } from 'node:fs/promises';
import * as runtime from 'onnxruntime-web';
import { createRandom, readMetrics } from 'tfjs-generative';
import { recordStep, type Recording } from 'tfjs-generative/record';
import { startBackend } from '../shared/backend.js';
import { loadClothes } from '../shared/image-data.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { loadWords, SIZES } from '../words/words.js';
import { makers, type Data, type Trained } from './models.js';
import { batchOf, FOLDER, MODELS, openTraining } from './open-training.js';
import { prepare } from './prepare.js';
import type { Stored } from './safetensors.js';
import { takeBack } from './take-back.js';

const options = readOptions({
  command: 'npm run example -- onnx-training',
  about: `Trains four models in ONNX Runtime from their recorded steps, which it writes to ${FOLDER}, and then further here.`,
  options: {
    examples: { kind: 'integer', default: 1024, minimum: 64, help: 'how many pictures and words to learn from' },
    steps: { kind: 'integer', default: 20, minimum: 1, help: 'updates in ONNX Runtime' },
    back: { kind: 'integer', default: 10, minimum: 1, help: 'updates of this library after the model came back' },
  },
});

run(async () => {
  const backend = await startBackend(options);
  runtime.env.wasm.numThreads = 1;
  const random = createRandom(options.seed);
  const data = await loadData();
  const models: Record<string, object> = {};
  for (const name of MODELS) {
    const { trainer, ...model } = makers[name](data, random.fork(name));
    const recorded = await prepare(`${FOLDER}/${name}`, trainer, { x: firstBatch(model), ...model });
    const ofLoss = recorded.outputs[0]!.name;
    const batch = (step: number): tf.Tensor =>
      tensorOf(batchOf(model.data, recorded.inputs[0]!.shape as number[], step));

    // here, with a note of what each step draws
    const [here, draws] = [[] as number[], [] as Record<string, Stored>[]];
    let away = trainer.state.plain;
    for (let step = 0; step < options.steps + options.back; step++) {
      const x = batch(step);
      if (step < options.steps) draws.push(await drawsOf(step === 0 ? recorded : await recordStep(trainer, x)));
      if (step === options.steps) away = trainer.state.plain;
      here.push((await readMetrics(trainer.step(x)))[ofLoss]!);
      x.dispose();
    }

    // elsewhere, from the same state with the same batches and draws
    const training = await openTraining((file) => readFile(`${FOLDER}/${name}/${file}`), { runtime, seed: 1 });
    const there: number[] = [];
    for (const [step, drawn] of draws.entries())
      there.push((await training.replay.step(training.batch(step), drawn))[ofLoss]!);

    // and back
    takeBack(trainer, await training.replay.read());
    trainer.restore!(away);
    await training.replay.dispose();
    for (let step = options.steps; step < options.steps + options.back; step++) {
      const x = batch(step);
      there.push((await readMetrics(trainer.step(x)))[ofLoss]!);
      x.dispose();
    }
    trainer.dispose();
    models[name] = report(name, ofLoss, here, there);
  }
  console.log(
    `The files are in ${FOLDER}. Next: npx tsx examples/onnx-training/node.ts, or the page (npm run tool -- pages)`,
  );
  await writeReport(options.json, { models, seed: options.seed, backend });
});

/** Clothes, and words of up to twelve letters that end with zeros. */
async function loadData(): Promise<Data> {
  const { images } = (await loadClothes()).train;
  const { train } = loadWords(undefined, createRandom(options.seed).fork('words'));
  const [count, length] = [options.examples, SIZES.longest];
  const letters = train
    .slice(0, count)
    .flatMap((word) => [...word.padEnd(length, '`')].map((letter) => letter.charCodeAt(0) - 96));
  return {
    pictures: {
      shape: [count, 28, 28, 1],
      data: Float32Array.from(images.data.subarray(0, count * 784), (byte) => byte / 255),
    },
    words: { shape: [count, length], data: Int32Array.from(letters) },
  };
}

function firstBatch({ data, batchSize }: Pick<Trained, 'data' | 'batchSize'>): tf.Tensor {
  return tensorOf(batchOf(data, [batchSize, ...data.shape.slice(1)], 0));
}

function tensorOf({ shape, data }: Stored): tf.Tensor {
  return tf.tensor(data, [...shape], data instanceof Int32Array ? 'int32' : 'float32');
}

/** What a recorded step drew, and the step of the trainer will draw, by their names. */
async function drawsOf(step: Recording): Promise<Record<string, Stored>> {
  const drawn = step.draws.map(async ({ name, value }) => [name, { shape: value.shape, data: await value.data() }]);
  const chosen = step.inputs.filter(({ data }) => data).map(({ name, shape, data }) => [name, { shape, data }]);
  const all = Object.fromEntries([...chosen, ...(await Promise.all(drawn))] as [string, Stored][]);
  step.dispose();
  return all;
}

/** Prints and returns how much the losses differ. */
function report(name: string, loss: string, here: readonly number[], there: readonly number[]): object {
  const differences = here.map((x, i) => Math.abs(x - there[i]!) / Math.abs(x));
  const { steps } = options;
  const [first, away, back] = [
    differences[0]!,
    Math.max(...differences.slice(0, steps)),
    Math.max(...differences.slice(steps)),
  ];
  const text = (numbers: readonly number[]): string =>
    [0, steps - 1, numbers.length - 1].map((i) => numbers[i]!.toFixed(4)).join(', ');
  console.log(`${name}: ${loss} at steps 1, ${steps} and ${here.length}`);
  console.log(`  trained here only       ${text(here)}`);
  console.log(`  ${steps} of them elsewhere     ${text(there)}`);
  console.log(
    `  largest relative difference: ${away.toExponential(1)} elsewhere, ${back.toExponential(1)} after coming back`,
  );
  return { first, away, back, here, there };
}
