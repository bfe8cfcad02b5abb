// Generates windows of several sensors, fills in their gaps, and compares a VAE's anomaly scores with those of PCA and of a Gaussian.
import * as tf from '@tensorflow/tfjs-core';
import {
  addNoise,
  batches,
  createRandom,
  estimateLogLikelihood,
  sampleDdpm,
  train,
  type Batch,
  type BatchSource,
  type NoisedData,
  type Trainer,
} from 'tfjs-generative';
import { alarmThreshold, logProbOfEach, rocAuc } from 'tfjs-generative/metrics';
import { terminalProgress } from 'tfjs-generative/node';
import { startBackend } from '../shared/backend.js';
import { fitLinearModels, type Score } from '../shared/linear-models.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { plantAnomalies } from './anomalies.js';
import { conditionalMoments, drawWindows, laws, rowsOf, sizeOf, STEPS, type Law, type Windows } from './law.js';
import { createDiffusion, createVae } from './model.js';
import { readCsv } from './read-csv.js';

const BATCH_SIZE = 64;
/** The gap that is filled in: all sensors from this step to that one. */
const [GAP_FROM, GAP_TO] = [10, 22];
const FALSE_ALARMS = 0.05;
/** The timestep of 200 from which a filled gap is drawn once more, in single steps. */
const REFINED_FROM = 49;

const options = readOptions({
  command: 'npm run example -- series',
  about: 'Trains a VAE and a diffusion model on windows of several sensors, scores anomalies, and fills in gaps.',
  options: {
    data: {
      kind: 'file',
      help: 'a CSV file with the names of the sensors and a line per step; by default, windows are drawn from a known law',
    },
    law: {
      kind: 'choice',
      choices: ['wheel', 'gearbox'],
      default: 'wheel',
      help: 'the machine whose windows are drawn',
    },
    steps: { kind: 'integer', default: 2_000, minimum: 10, help: 'updates of each model' },
    windows: {
      kind: 'integer',
      default: 5_000,
      minimum: 100,
      help: 'how many training windows to draw from the known law',
    },
    held: {
      kind: 'integer',
      default: 400,
      minimum: 40,
      help: 'how many windows to hold out; half of them set the threshold and choose the options of PCA and the Gaussian',
    },
    gaps: {
      kind: 'integer',
      default: 8,
      minimum: 0,
      help: 'how many windows with a gap to fill in; 0 trains no diffusion model',
    },
    samples: { kind: 'integer', default: 64, minimum: 2, help: 'how many times to fill in each gap' },
  },
});

const tensorOf = ({ values, count, channels }: Windows): tf.Tensor => tf.tensor(values, [count, STEPS, channels]);

run(async () => {
  const began = performance.now();
  const backend = await startBackend(options);
  const random = createRandom(options.seed);
  const file = options.data === undefined ? undefined : readCsv(options.data);
  const law: Law | undefined = file === undefined ? laws[options.law] : undefined;
  const all =
    file?.windows ?? (await drawWindows(laws[options.law], options.windows + options.held, random.fork('data')));
  // a file is held out at its end, as windows overlap
  const held = file === undefined ? options.held : Math.floor(all.count / 4);
  const training = rowsOf(all, 0, all.count - held);
  const own = rowsOf(all, all.count - held, all.count - Math.floor(held / 2));
  const test = rowsOf(all, all.count - Math.floor(held / 2), all.count);
  const sensors: readonly string[] = file?.sensors ?? laws[options.law].sensors;
  const data = tensorOf(training);

  const vae = createVae(all.channels, options.steps, random.fork('vae'));
  await teach(vae.trainer, batches(data, { batchSize: BATCH_SIZE, random: random.fork('vae data') }), 'VAE');
  const detection = await detect(vae, { training, own, test, sensors });

  const filled = options.gaps === 0 ? undefined : await fill(rowsOf(test, 0, Math.min(options.gaps, test.count)));

  const seconds = (performance.now() - began) / 1000;
  const { seed, steps } = options;
  await writeReport(options.json, { ...detection, filled, seconds, seed, steps, law: law && options.law, backend });
  console.log(`done in ${seconds.toFixed(0)} s`);

  async function teach<N extends string>(
    trainer: Trainer<N>,
    source: BatchSource<Batch>,
    label: string,
  ): Promise<void> {
    const progress = terminalProgress({ total: options.steps, label });
    for await (const { step, metrics } of train(trainer, source, { steps: options.steps, reportEvery: 50 })) {
      progress.update(step, metrics);
    }
    progress.stop();
  }

  async function detect(
    { encoder, decoder }: Pick<typeof vae, 'encoder' | 'decoder'>,
    sets: { training: Windows; own: Windows; test: Windows; sensors: readonly string[] },
  ) {
    const scoresOf = async (windows: Windows): Promise<Float64Array> => {
      const x = tensorOf(windows);
      const draws = { samples: 20, random: random.fork('nats') };
      const { perExample } = await estimateLogLikelihood({ encoder, decoder }, x, draws);
      x.dispose();
      return perExample.map((nats) => -nats);
    };
    const worstSensors = async (windows: Windows): Promise<number[]> => {
      const worst = tf.tidy(() => {
        const x = tensorOf(windows);
        const each = logProbOfEach(decoder.likelihood, x, decoder.decode(encoder.encode(x).mean));
        return tf.argMin(tf.sum(each, 1), 1);
      });
      const read = [...(await worst.data())];
      worst.dispose();
      return read;
    };
    const linear = fitLinearModels(sets.training, sets.own);
    const { components, shrinkage } = linear;
    const normal = await scoresOf(sets.test);
    const limit = alarmThreshold(await scoresOf(sets.own), { falseAlarms: FALSE_ALARMS }).value;
    const shareAbove = (scores: ArrayLike<number>): number =>
      Array.from(scores).filter((score) => score > limit).length / scores.length;
    const rows = [];
    for (const [kind, windows] of Object.entries(plantAnomalies(sets.test))) {
      const scores = await scoresOf(windows);
      const blamed = await worstSensors(windows);
      const aucOf = (score: Score): number => rocAuc(score(sets.test), score(windows)).value;
      rows.push({
        kind,
        auc: rocAuc(normal, scores).value,
        pca: aucOf(linear.distance(components)),
        gaussian: aucOf(linear.gaussian(shrinkage)),
        // the number of components that is best for these very anomalies, which nobody knows beforehand
        bestPca: Math.max(...linear.componentCounts.map((count) => aucOf(linear.distance(count)))),
        found: shareAbove(scores),
        sensor: blamed.filter((sensor, i) => sensor === i % windows.channels).length / blamed.length,
      });
    }
    const alarms = shareAbove(normal);
    console.log(
      `anomalies of ${sets.sensors.join(', ')}; ${(100 * alarms).toFixed(0)}% false alarms; ` +
        `PCA with ${components} of ${sizeOf(sets.test)} components, Gaussian with shrinkage ${shrinkage.toPrecision(1)}`,
    );
    console.log('| kind | AUC | PCA | Gaussian | best PCA | found | right sensor |\n|' + ' --- |'.repeat(7));
    for (const { kind, ...row } of rows) {
      const numbers = [row.auc, row.pca, row.gaussian, row.bestPca, row.found, row.sensor];
      console.log(`| ${kind} | ${numbers.map((number) => number.toFixed(3)).join(' | ')} |`);
    }
    return { anomalies: rows, falseAlarms: alarms, components, shrinkage };
  }

  /** Trains a diffusion model, fills in a gap, and compares mean and spread with those of the law if it is known. */
  async function fill(windows: Windows) {
    const { trainer, sampled: denoiser } = createDiffusion(all.channels, options.steps, random.fork('diffusion'));
    await teach(trainer, batches(data, { batchSize: BATCH_SIZE, random: random.fork('windows') }), 'diffusion');
    const { count, channels } = windows;
    const size = sizeOf(windows);
    const isKnown = (place: number): boolean => {
      const step = Math.floor(place / channels);
      return step < GAP_FROM || step >= GAP_TO;
    };
    const mask = tf.tensor(
      Float32Array.from({ length: size }, (_, j) => Number(isKnown(j))),
      [STEPS, channels],
    );
    const x = tf.tidy(() => tf.tile(tensorOf(windows), [options.samples, 1, 1]));
    const shape: [number, number, number] = [options.samples * count, STEPS, channels];
    const fillIn = (steps: number, repeats: number, from?: NoisedData): Promise<tf.Tensor> => {
      const known = { x, mask, repeats };
      return sampleDdpm(denoiser, { shape, steps, from, random: random.fork(`gaps, ${steps} steps`), known });
    };
    // many repeats of a few large steps find the way on which the known numbers lie; small steps then give the right spread
    const rough = await fillIn(25, 40);
    const noised = tf.tidy(() => {
      const timesteps = tf.fill([shape[0]], REFINED_FROM, 'int32');
      return addNoise(rough, random.fork('noise').normal(shape), timesteps, denoiser.schedule);
    });
    const filled = await fillIn(50, 3, { x: noised, timestep: REFINED_FROM });
    const values = await filled.data();
    tf.dispose([mask, x, rough, noised, filled]);
    if (law === undefined) return undefined;
    let [off, of, spread, right, n] = [0, 0, 0, 0, 0];
    for (let i = 0; i < count; i++) {
      const { mean, deviation } = conditionalMoments(law, windows.values.subarray(i * size, (i + 1) * size), isKnown);
      for (let j = 0; j < size; j++) {
        if (isKnown(j)) continue;
        const drawn = Array.from({ length: options.samples }, (_, k) => values[(k * count + i) * size + j]!);
        const average = drawn.reduce((sum, one) => sum + one, 0) / drawn.length;
        off += (average - mean[j]!) ** 2;
        of += (windows.values[i * size + j]! - mean[j]!) ** 2;
        spread += drawn.reduce((sum, one) => sum + (one - average) ** 2, 0) / (drawn.length - 1);
        right += deviation[j]! ** 2;
        n++;
      }
    }
    const result = {
      meanError: Math.sqrt(off / n),
      dataError: Math.sqrt(of / n),
      spread: Math.sqrt(spread / n),
      rightSpread: Math.sqrt(right / n),
    };
    console.log(
      `gaps: the mean is off by ${result.meanError.toFixed(3)} (the data themselves by ${result.dataError.toFixed(3)}), ` +
        `the spread is ${result.spread.toFixed(3)}, where ${result.rightSpread.toFixed(3)} is correct`,
    );
    return result;
  }
});
