// Trains a VAE and a diffusion model here, then in PyTorch in two processes, then here again: the loss is the same on both sides.
import { mkdir } from 'node:fs/promises';
import { createRandom, train } from 'tfjs-generative';
import { loadFile, saveFile } from 'tfjs-generative/node';
import { loadStateDict, saveStateDict } from 'tfjs-generative/pytorch';
import { checkPython, runPython } from '../pytorch/python.js';
import { startBackend } from '../shared/backend.js';
import { loadClothes } from '../shared/image-data.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { createDiffusion, createVae, type Model } from './models.js';

const OUT = 'out/scale-out';
/** How far losses may differ, relative to the loss or to 1. */
const TOLERANCE = 1e-4;

const options = readOptions({
  command: 'npm run example -- scale-out',
  about:
    'Continues training a VAE and a diffusion model in two processes of PyTorch, comes back, and prints the losses of both sides.',
  options: {
    steps: {
      kind: 'integer',
      default: 40,
      minimum: 1,
      help: 'updates here, the same number in PyTorch, and again here',
    },
  },
});

/** The output of ddp.py. */
interface There {
  readonly before: number;
  readonly after: number;
  readonly seconds: number;
  readonly processes: number;
}

/** Trains here; resolves to the seconds that it took. */
async function trainHere({ trainer, data }: Model, steps: number): Promise<number> {
  const began = performance.now();
  for await (const _ of train(trainer, data, { steps })) void _;
  return (performance.now() - began) / 1000;
}

/** The loss of the fixed batch. */
async function lossOf({ loss: { inputs, run } }: Model): Promise<number> {
  const loss = run(inputs);
  const [value] = await loss.data();
  loss.dispose();
  return value!;
}

run(async () => {
  await checkPython();
  const backend = await startBackend(options);
  await mkdir(OUT, { recursive: true });
  const random = createRandom(options.seed);
  const { train: images } = await loadClothes();
  const report: Record<string, object> = {};
  const began: { model: Model; seconds: number; before: number }[] = [];
  for (const create of [createVae, createDiffusion]) {
    const model = create(images, random.fork(create.name));
    const seconds = await trainHere(model, options.steps);
    await saveFile(`${OUT}/${model.name}.safetensors`, await saveStateDict(model.part, { example: model.loss }));
    began.push({ model, seconds, before: await lossOf(model) });
  }
  const reports = await runPython<Record<string, There>>('scale-out/ddp.py', [OUT, String(options.steps)]);

  for (const { model, seconds, before } of began) {
    const { name, unit, part, loss } = model;
    const there = reports[name]!;
    const bytes = await loadFile(`${OUT}/${name}.back.safetensors`);
    await loadStateDict(part, bytes, { example: { run: loss.run, tolerance: TOLERANCE } });
    const after = await lossOf(model);
    await trainHere(model, options.steps);
    const later = await lossOf(model);

    const pair = (here: number, other: number): string =>
      `${here.toFixed(5)} here, ${other.toFixed(5)} there (${Math.abs(here - other).toExponential(1)} apart)`;
    console.log(`${name}, loss in ${unit} on the same batch and noise`);
    const row = (what: string, losses: string): void => console.log(`  ${what.padEnd(34)}${losses}`);
    row(`after ${options.steps} updates here`, pair(before, there.before));
    row(`after ${options.steps} more in ${there.processes} processes`, pair(after, there.after));
    row(`after ${options.steps} more here`, later.toFixed(5));
    row(`seconds for ${options.steps} updates`, `${seconds.toFixed(1)} here, ${there.seconds.toFixed(1)} there`);
    report[name] = {
      before: { here: before, there: there.before },
      after: { here: after, there: there.after },
      later,
      seconds,
      there,
    };
  }
  await writeReport(options.json, { models: report, steps: options.steps, seed: options.seed, backend });
});
