// How likely are held-out examples? Trains each family on laws whose densities are known, and compares what its estimators say, in nats.
import * as tf from '@tensorflow/tfjs';
import { batches, createRandom, fit, type RandomStream } from 'tfjs-generative';
import { saveFile } from 'tfjs-generative/node';
import { startBackend } from '../../shared/backend.js';
import { readOptions } from '../../shared/options.js';
import { run, writeReport } from '../../shared/report.js';
import { compareLanguage } from './language.js';
import { laws, type Law } from './laws.js';
import { families, gridOf, type DensityModel, type Estimate } from './models.js';

const FOLDER = 'out/nats';

const options = readOptions({
  command: 'npm run example -- nats',
  about: `Trains each family on laws whose densities are known, and writes a table of log p(x) in nats into ${FOLDER}.`,
  options: {
    steps: { kind: 'integer', default: 4000, minimum: 10, help: 'number of updates of each model, of 256 examples' },
    points: { kind: 'integer', default: 2000, minimum: 10, help: 'number of held-out examples' },
    law: { kind: 'text', help: 'only laws whose names begin so' },
  },
});

/** A row of the table. */
interface Row extends Estimate {
  readonly law: string;
  readonly family: string;
  /** The integral of the model's density over the plane less one, where there are two numbers. */
  readonly massError?: number | undefined;
}

run(async () => {
  const began = performance.now();
  const backend = await startBackend(options);
  const rows: Row[] = [];
  const isChosen = (name: string): boolean => options.law === undefined || name.startsWith(options.law);
  for (const law of laws.filter(({ name }) => isChosen(name)))
    rows.push(...(await compare(law, createRandom(options.seed).fork(law.name))));
  for (const row of isChosen('language') ? await compareLanguage(options) : []) {
    rows.push({ law: 'language of four letters', ...row });
    print(rows.at(-1)!);
  }
  const seconds = (performance.now() - began) / 1000;
  const { steps, points, seed } = options;
  await saveFile(`${FOLDER}/nats.md`, new TextEncoder().encode(table(rows)));
  await writeReport(options.json, { rows, steps, points, seed, seconds, backend });
  console.log(`${FOLDER}/nats.md: done in ${seconds.toFixed(0)} s`);
});

/** Trains each family on a law; the first row is that of the law itself. */
async function compare(law: Law, random: RandomStream): Promise<Row[]> {
  const train = await drawMany(law, 20_000, random.fork('training'));
  const held = await drawMany(law, options.points, random.fork('held out'));
  const rows: Row[] = [
    { law: law.name, family: 'the law', estimator: 'its formula', is: 'exact', ...(await ofLaw(law, held)) },
  ];
  print(rows[0]!);
  for (const [family, make] of Object.entries(families)) {
    const own = random.fork(family);
    const model = make({ size: law.size, steps: options.steps, random: own });
    const source = batches(train, { batchSize: 256, random: own.fork('order') });
    await fit(model.trainer, source, { epochs: Math.ceil(options.steps / source.batchesPerEpoch) });
    const massError = law.size === 2 ? await massErrorOf(model) : undefined;
    for (const estimate of await model.estimate(held, own.fork('estimates'))) {
      rows.push({ law: law.name, family, massError, ...estimate });
      print(rows.at(-1)!);
    }
    model.dispose();
  }
  tf.dispose([train, held]);
  return rows;
}

async function drawMany(law: Law, count: number, random: RandomStream): Promise<tf.Tensor2D> {
  return tf.tensor2d(await law.draw(random, count), [count, law.size]);
}

async function ofLaw(law: Law, x: tf.Tensor2D): Promise<{ nats: number; standardError: number }> {
  const all = (await x.array()).map((one) => law.logDensity(one));
  const nats = all.reduce((sum, one) => sum + one, 0) / all.length;
  const variance = all.reduce((sum, one) => sum + (one - nats) ** 2, 0) / all.length;
  return { nats, standardError: Math.sqrt(variance / all.length) };
}

/** Sums the density over a grid of 97 x 97 points, from -6 to 6. */
async function massErrorOf(model: DensityModel): Promise<number> {
  const [edge, points] = [6, 97];
  const grid = gridOf(edge, points);
  const nats = await model.truth(grid);
  grid.dispose();
  return nats.reduce((sum, one) => sum + Math.exp(one), 0) * ((2 * edge) / (points - 1)) ** 2 - 1;
}

const digits = (number: number): string => number.toFixed(3);

function cells({ law, family, estimator, is, nats, standardError, massError }: Row): string[] {
  return [
    law,
    family,
    estimator,
    is,
    `${digits(nats)} ± ${digits(standardError)}`,
    massError === undefined ? '' : digits(massError),
  ];
}

function print(row: Row): void {
  console.log(cells(row).join(' | '));
}

function table(rows: readonly Row[]): string {
  const head = ['law', 'family', 'estimator', 'what it is', 'nats', 'integral - 1'];
  const lines = [head, head.map(() => '---'), ...rows.map(cells)];
  return `${lines.map((line) => `| ${line.join(' | ')} |`).join('\n')}\n`;
}
