// Is this picture one of mine? Trains a VAE on clothes, and recognises other pictures by their log-likelihood.
import * as tf from '@tensorflow/tfjs';
import { createRandom, estimateLogLikelihood, saveCheckpoint } from 'tfjs-generative';
import { rocAuc } from 'tfjs-generative/metrics';
import { saveFile } from 'tfjs-generative/node';
import { startBackend } from '../shared/backend.js';
import { firstPictures } from '../shared/flat-images.js';
import { loadClothes } from '../shared/image-data.js';
import { readOptions } from '../shared/options.js';
import { resumedPlan, type Plan } from '../shared/plan.js';
import { run, writeReport } from '../shared/report.js';
import { readSavedRun, resume } from '../shared/saved-run.js';
import { trainInParts } from '../shared/train-in-parts.js';
import { foreignPictures } from './foreign.js';
import { createModel, createSource } from './model.js';

const EXAMPLE = 'outliers';
const FOLDER = `out/${EXAMPLE}`;
/** Pictures whose log-likelihood is estimated at once. */
const AT_ONCE = 250;

const options = readOptions({
  command: `npm run example -- ${EXAMPLE}`,
  about: `Trains a VAE on clothes, and measures how well its log-likelihood recognises other pictures; its checkpoints are in ${FOLDER}.`,
  options: {
    data: {
      kind: 'folder',
      help: 'the four IDX files of Fashion-MNIST; by default the subset that ships with the examples',
    },
    epochs: { kind: 'integer', minimum: 1, help: 'passes over the training images; 10 by default' },
    images: { kind: 'integer', default: 500, minimum: 2, help: 'how many pictures of each kind to measure' },
    samples: { kind: 'integer', default: 20, minimum: 1, help: 'importance samples for each picture' },
    resume: { kind: 'file', help: `continue from a checkpoint such as ${FOLDER}/1.safetensors` },
  },
});

/** A row of the table: a kind of pictures. */
interface Row {
  readonly kind: string;
  /** The mean of log p(x), nats per picture. */
  readonly nats: number;
  /** The AUC of separating this kind from test pictures of clothes by log p(x). */
  readonly auc: number;
  /** The share of pictures with fewer nats than all but 5% of the test pictures. */
  readonly found: number;
}

run(async () => {
  const { train, test } = await loadClothes(options.data);
  const saved = options.resume === undefined ? undefined : await readSavedRun(options.resume);
  const plan: Plan =
    saved === undefined
      ? { example: EXAMPLE, epochs: options.epochs ?? 10, done: 0, seed: options.seed }
      : resumedPlan(EXAMPLE, saved.bytes, options.epochs);
  const backend = await startBackend(options);
  const random = createRandom(plan.seed);
  const source = createSource(train, random);
  const part = source.batchesPerEpoch;
  const model = createModel(plan.epochs * part, random);
  if (saved !== undefined) await resume(model.trainer, source, saved);
  const seconds = await trainInParts(model.trainer, source, {
    steps: plan.epochs * part,
    part,
    label: EXAMPLE,
    shown: ({ elbo, kl }) => ({ ELBO: elbo, KL: kl }),
    save: async (steps) => {
      const metadata = { ...plan, done: steps / part };
      await saveFile(
        `${FOLDER}/${plan.seed}.safetensors`,
        await saveCheckpoint(model.trainer, { data: source, metadata }),
      );
    },
  });

  const natsOf = async (pictures: tf.Tensor): Promise<number[]> => {
    const all: number[] = [];
    for (let from = 0; from < pictures.shape[0]; from += AT_ONCE) {
      const x = tf.slice(pictures, from, Math.min(AT_ONCE, pictures.shape[0] - from));
      const draws = { samples: options.samples, random: random.fork('nats') };
      all.push(...(await estimateLogLikelihood(model, x, draws)).perExample);
      x.dispose();
    }
    return all;
  };
  const clothes = firstPictures(test, options.images);
  const own = await natsOf(clothes);
  const limit = [...own].sort((a, b) => a - b)[Math.floor(own.length / 20)]!;
  const rowOf = (kind: string, nats: readonly number[]): Row => ({
    kind,
    nats: nats.reduce((sum, one) => sum + one, 0) / nats.length,
    auc: rocAuc(negated(own), negated(nats)).value,
    found: nats.filter((one) => one < limit).length / nats.length,
  });
  const rows = [rowOf('clothes, test', own)];
  for (const [kind, pictures] of Object.entries(await foreignPictures(clothes, random))) {
    rows.push(rowOf(kind, await natsOf(pictures)));
    pictures.dispose();
  }
  clothes.dispose();
  console.log(tableOf(rows));
  await writeReport(options.json, { rows, epochs: plan.epochs, seconds, seed: plan.seed, backend });
  model.dispose();
});

/** Scores that are higher for stranger pictures. */
function negated(nats: readonly number[]): number[] {
  return nats.map((one) => -one);
}

function tableOf(rows: readonly Row[]): string {
  const percent = (share: number): string => `${(100 * share).toFixed(0)}%`;
  return [
    '| pictures | log p(x), nats | AUC | found, with 5% false alarms |',
    '| --- | --- | --- | --- |',
    ...rows.map(
      ({ kind, nats, auc, found }) => `| ${kind} | ${nats.toFixed(0)} | ${auc.toFixed(3)} | ${percent(found)} |`,
    ),
  ].join('\n');
}
