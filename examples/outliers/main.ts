// Is this picture one of mine? Trains a VAE on clothes, and recognises other pictures by their log-likelihood, as PCA and a Gaussian do.
import * as tf from '@tensorflow/tfjs-core';
import { createRandom, estimateLogLikelihood, saveCheckpoint } from 'tfjs-generative';
import { rocAuc } from 'tfjs-generative/metrics';
import { saveFile } from 'tfjs-generative/node';
import { startBackend } from '../shared/backend.js';
import { firstPictures, flatImages } from '../shared/flat-images.js';
import { loadClothes, type Pictures } from '../shared/image-data.js';
import { fitLinearModels, type LinearModels, type NumberRows } from '../shared/linear-models.js';
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
/** Training pictures of PCA and the Gaussian, at most, and the share of them that chooses their options instead. */
const [LINEAR, CHOOSING] = [10_000, 0.1];

const options = readOptions({
  command: `npm run example -- ${EXAMPLE}`,
  about: `Trains a VAE on clothes, and measures how well its log-likelihood, PCA and a Gaussian recognise other pictures; its checkpoints are in ${FOLDER}.`,
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
  /** The AUC by the squared distance from the plane of PCA. */
  readonly pca: number;
  /** The AUC by the log-density of a Gaussian. */
  readonly gaussian: number;
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
  const linear = fitToPictures(train);
  const { components, shrinkage } = linear;
  const linearOf = async (pictures: tf.Tensor): Promise<readonly number[][]> => {
    const rows: NumberRows = { values: await pictures.data(), count: pictures.shape[0] };
    return [linear.distance(components)(rows), linear.gaussian(shrinkage)(rows)];
  };
  const ownLinear = await linearOf(clothes);
  const rowOf = async (kind: string, pictures: tf.Tensor, nats: readonly number[]): Promise<Row> => {
    const [pca, gaussian] = (await linearOf(pictures)).map((scores, i) => rocAuc(ownLinear[i]!, scores).value);
    return {
      kind,
      nats: nats.reduce((sum, one) => sum + one, 0) / nats.length,
      auc: rocAuc(negated(own), negated(nats)).value,
      pca: pca!,
      gaussian: gaussian!,
      found: nats.filter((one) => one < limit).length / nats.length,
    };
  };
  const rows = [await rowOf('clothes, test', clothes, own)];
  for (const [kind, pictures] of Object.entries(await foreignPictures(clothes, random))) {
    rows.push(await rowOf(kind, pictures, await natsOf(pictures)));
    pictures.dispose();
  }
  clothes.dispose();
  console.log(`PCA with ${components} of 784 components, Gaussian with shrinkage ${shrinkage.toPrecision(1)}`);
  console.log(tableOf(rows));
  await writeReport(options.json, {
    rows,
    components,
    shrinkage,
    epochs: plan.epochs,
    seconds,
    seed: plan.seed,
    backend,
  });
  model.dispose();
});

/** PCA and a Gaussian of the pixels; the last training pictures choose their options. */
function fitToPictures(train: Pictures): LinearModels {
  const { data, shape } = flatImages(train);
  const [count, pixels] = [Math.min(LINEAR, shape[0]), shape[1]];
  const fitted = count - Math.ceil(CHOOSING * count);
  const part = (from: number, to: number): NumberRows => ({
    values: Float64Array.from(data.subarray(from * pixels, to * pixels), (byte) => byte / 255),
    count: to - from,
  });
  return fitLinearModels(part(0, fitted), part(fitted, count));
}

/** Scores that are higher for stranger pictures. */
function negated(nats: readonly number[]): number[] {
  return nats.map((one) => -one);
}

function tableOf(rows: readonly Row[]): string {
  const percent = (share: number): string => `${(100 * share).toFixed(0)}%`;
  return [
    '| pictures | log p(x), nats | AUC | found, with 5% false alarms | AUC of PCA | AUC of a Gaussian |',
    `|${' --- |'.repeat(6)}`,
    ...rows.map(({ kind, nats, found, ...areas }) => {
      const [auc, pca, gaussian] = [areas.auc, areas.pca, areas.gaussian].map((area) => area.toFixed(3));
      return `| ${kind} | ${nats.toFixed(0)} | ${auc!} | ${percent(found)} | ${pca!} | ${gaussian!} |`;
    }),
  ].join('\n');
}
