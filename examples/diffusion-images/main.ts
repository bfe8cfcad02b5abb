// Trains a diffusion model on pictures of clothes, draws its samples after each epoch, and measures their quality and variety.
import { createRandom, loadWeights, saveWeights, type Denoiser, type RandomStream } from 'tfjs-generative';
import { loadFile, saveFile, terminalProgress } from 'tfjs-generative/node';
import { startBackend } from '../shared/backend.js';
import { holdOut, loadClothes, type LabelledImages } from '../shared/image-data.js';
import { measureImages, printMeasures, samplesFor, type ImageMeasures } from '../shared/image-measures.js';
import { InputError } from '../shared/input-error.js';
import { readOptions } from '../shared/options.js';
import { resumedPlan, type Plan } from '../shared/plan.js';
import { run, writeReport } from '../shared/report.js';
import { readSavedRun, resume } from '../shared/saved-run.js';
import { trainInEpochs } from '../shared/train-in-epochs.js';
import {
  spreadOf,
  spreadText,
  boundOf,
  rareTerms,
  compareWays,
  WAYS,
  type Bound,
  type Spread,
  type RareTerms,
} from './measures.js';
import { createModel, createSource, type Recipe } from './model.js';
import { drawPictures, drawSamples, callsOf, makeSamples, usualWay } from './samples.js';

const FOLDER = 'out/diffusion-images';
/** Default number of passes over the training images. */
const EPOCHS = 16;

const options = readOptions({
  command: 'npm run example -- diffusion-images',
  about: `Trains a diffusion model on Fashion-MNIST, measures its samples, and draws them after each epoch into ${FOLDER}.`,
  options: {
    data: {
      kind: 'folder',
      help: 'the four IDX files of Fashion-MNIST; by default the subset that ships with the examples',
    },
    epochs: { kind: 'integer', minimum: 1, help: 'total passes over the training images; 16 by default' },
    target: { kind: 'choice', choices: ['velocity', 'noise'], help: 'what the network predicts; velocity by default' },
    times: {
      kind: 'choice',
      choices: ['log-normal', 'uniform'],
      help: 'which timesteps to train on: more of the middle ones (log-normal, the default), or all equally often',
    },
    goal: {
      kind: 'choice',
      choices: ['samples', 'bound'],
      help: 'what to train for: good samples (the default), or a good bound on log p(x)',
    },
    network: { kind: 'choice', choices: ['unet', 'dit'], help: 'a U-Net (the default) or a transformer' },
    bound: { kind: 'flag', help: 'also estimate the bound on log p(x), and which timesteps lose most of it' },
    resume: { kind: 'file', help: `continue from a checkpoint such as ${FOLDER}/checkpoint-04.safetensors` },
    trained: { kind: 'file', help: 'weights to measure, such as the included ones, instead of training' },
    compare: {
      kind: 'flag',
      help: `train without the last twelfth of the training images, and compare ${WAYS.length} ways to sample on these images instead of test images`,
    },
    draws: {
      kind: 'integer',
      default: 1,
      minimum: 1,
      help: 'how many sets of samples to measure; the first uses the seed, the others the next seeds',
    },
    'no-pictures': { kind: 'flag', help: 'leave out the pictures of guidance, inpainting and interpolation' },
    weights: { kind: 'output', help: 'write the weights of the averaged denoiser' },
  },
});

run(async () => {
  const began = performance.now();
  const { train, test } = await loadClothes(options.data);
  const { rest, heldOut } = holdOut(train);
  const saved = options.resume === undefined ? undefined : await readSavedRun(options.resume);
  const plan = readPlan(saved?.bytes, options);
  const { epochs, target, times, goal, network, compare, seed } = plan;
  const backend = await startBackend(options);
  const random = createRandom(seed);

  const source = createSource(compare ? rest : train, random);
  const steps = epochs * source.batchesPerEpoch;
  const { trainer, averaged } = createModel({ recipe: plan, steps, random });
  let trainingSeconds = 0;
  if (options.trained !== undefined) {
    await loadWeights(averaged, await loadFile(options.trained));
  } else {
    if (saved !== undefined) await resume(trainer, source, saved);
    trainingSeconds = await trainInEpochs(trainer, source, {
      plan,
      folder: FOLDER,
      label: 'diffusion',
      shown: ({ loss }) => ({ loss }),
      draw: () => drawSamples(averaged, random.fork('pictures'), 3),
    });
    console.log(`${FOLDER}/epoch-${String(epochs).padStart(2, '0')}.png`);
  }
  if (options.weights !== undefined) await saveFile(options.weights, await saveWeights(averaged));
  const pictures = options['no-pictures'] ? {} : await drawPictures({ denoiser: averaged, test, random });
  for (const [name, png] of Object.entries(pictures)) await saveFile(`${FOLDER}/${name}.png`, png);
  for (const name of Object.keys(pictures)) console.log(`${FOLDER}/${name}.png`);

  const results = compare
    ? { ways: await compareWays(averaged, { images: heldOut, seed, draws: options.draws }) }
    : { ...(await measure(averaged, { test, seed, random })), calls: callsOf(usualWay) };
  const bounds = options.bound ? await measureBound(averaged, compare ? heldOut : test, random) : {};
  const seconds = (performance.now() - began) / 1000;
  const report = { ...results, ...bounds, epochs, steps, target, times, goal, network, trained: options.trained };
  await writeReport(options.json, { ...report, trainingSeconds, seconds, seed, backend });
  console.log(`done in ${seconds.toFixed(0)} s`);
});

/** All measures of a set of samples; for several sets, also how much their Frechet distances differ. */
async function measure(
  denoiser: Denoiser,
  { test, seed, random }: { readonly test: LabelledImages; readonly seed: number; readonly random: RandomStream },
): Promise<ImageMeasures & { draws: Readonly<Record<'classifier' | 'autoencoder', Spread>> }> {
  const total = options.draws * samplesFor(test);
  const progress = terminalProgress({ total, label: 'samples' });
  const sets: ImageMeasures[] = [];
  for (let draw = 0; draw < options.draws; draw++) {
    const samples = await makeSamples(denoiser, {
      count: samplesFor(test),
      random: draw === 0 ? random.fork('samples') : createRandom(seed + draw).fork('samples'),
      onSamples: (done) => progress.update(draw * samplesFor(test) + done, {}),
    });
    sets.push(await measureImages(samples, { test, seed: seed + draw }));
    samples.dispose();
  }
  progress.stop();
  printMeasures(sets[0]!);
  const draws = {
    classifier: spreadOf(sets.map(({ frechetDistance }) => frechetDistance)),
    autoencoder: spreadOf(sets.map(({ autoencoder }) => autoencoder.frechetDistance)),
  };
  if (sets.length > 1) {
    console.log(
      `${sets.length} sets of samples: Frechet distance ${spreadText(draws.classifier, 2)}, in the autoencoder's features ${spreadText(draws.autoencoder, 2)}`,
    );
  }
  return { ...sets[0]!, draws };
}

/** The bound on log p(x), and its loss at the timesteps that are trained least. */
async function measureBound(
  denoiser: Denoiser,
  test: LabelledImages,
  random: RandomStream,
): Promise<{ bound: Bound; rare: RareTerms }> {
  const bound = await boundOf(denoiser, test, random.fork('bound'));
  const rare = await rareTerms(denoiser, test, random.fork('rare'));
  console.log(
    `bound on log p(x) ${bound.nats.toFixed(0)} ± ${bound.standardError.toFixed(0)} nats; ${rare.nats.toFixed(0)} of them are lost at ${rare.timesteps} timesteps that log-normal times contain once in ten thousand`,
  );
  return { bound, rare };
}

/** The settings of a run. */
export interface DiffusionPlan extends Plan, Recipe {
  readonly example: 'diffusion-images';
  /** Whether it trains without the held-out images, to make choices with them. */
  readonly compare: boolean;
}

/** The options that determine a plan. */
export interface PlanOptions {
  readonly epochs: number | undefined;
  readonly target: Recipe['target'] | undefined;
  readonly times: Recipe['times'] | undefined;
  readonly goal: Recipe['goal'] | undefined;
  readonly network: Recipe['network'] | undefined;
  readonly compare: boolean;
  readonly seed: number;
}

/** The plan from the options, or from the checkpoint to resume, of which only the epochs may be changed. */
export function readPlan(
  checkpoint: Uint8Array | undefined,
  { epochs, target, times, goal, network, compare, seed }: PlanOptions,
): DiffusionPlan {
  if (checkpoint === undefined) {
    const recipe = {
      target: target ?? 'velocity',
      times: times ?? 'log-normal',
      goal: goal ?? 'samples',
      network: network ?? 'unet',
    } as const;
    return { example: 'diffusion-images', epochs: epochs ?? EPOCHS, done: 0, compare, seed, ...recipe };
  }
  const plan = resumedPlan<DiffusionPlan>('diffusion-images', checkpoint, epochs);
  for (const [name, given] of Object.entries({ target, times, goal, network })) {
    const saved = plan[name as keyof Recipe];
    if (given === undefined || given === saved) continue;
    throw new InputError(`--${name} ${given} does not fit --resume: the checkpoint has ${saved}.`);
  }
  if (compare !== plan.compare) {
    throw new InputError(
      `--compare does not fit --resume: it trains on fewer images, so set it when you start the run.`,
    );
  }
  return plan;
}
