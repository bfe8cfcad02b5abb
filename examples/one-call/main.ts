// Draws pictures with one call of a network each, and trains such networks: of clothes, of emoji, or of points in the plane.
import * as tf from '@tensorflow/tfjs-core';
import { createRandom, saveCheckpoint, type Denoiser } from 'tfjs-generative';
import { loadModel, saveModel } from 'tfjs-generative/model';
import { loadFile, saveFile } from 'tfjs-generative/node';
import { startBackend } from '../shared/backend.js';
import { examplePath } from '../shared/example-path.js';
import { loadClothes, type LabelledImages } from '../shared/image-data.js';
import { measureImages, samplesFor } from '../shared/image-measures.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';
import { readSavedRun, resume } from '../shared/saved-run.js';
import { trainInParts } from '../shared/train-in-parts.js';
import { kinds, trained, untrained } from '../fine-tuning/kinds.js';
import { BATCH_SIZE, distil, picturesOf } from './distil.js';
import { drawGrid, labelsByClass, makeSamples, type Way } from './draw.js';
import { matchDistribution } from './match.js';
import { learnPoints } from './points.js';

const FOLDER = 'out/one-call';
/** Pictures of each class in a sheet. */
const COLUMNS = 10;
/** Calls of the network in the rows of a comparison. */
const CALLS = [1, 2, 4];
/** Calls of the teacher to which the student is compared. */
const TEACHER_CALLS = 20;
/** Single pictures that are timed, after as many others. */
const TIMED = 20;
/** Checkpoints of a training. */
const PARTS = 5;

const usual = {
  clothes: { steps: 8_000, matching: 900, further: true, guidance: 1 },
  emoji: { steps: 1_500, matching: 450, further: false, guidance: 1.5 },
} as const;
type Name = keyof typeof usual;

const options = readOptions({
  command: 'npm run example -- one-call',
  about: `Draws pictures of emoji and clothes with one call of a network each into ${FOLDER}; with --train, trains such a network first.`,
  options: {
    train: {
      kind: 'choice',
      choices: ['clothes', 'emoji', 'points'],
      help: 'distil the trained denoiser of clothes or of emoji, or learn a checkerboard of points',
    },
    steps: {
      kind: 'integer',
      minimum: 1,
      help: 'updates along the paths of the teacher; 8,000 for clothes, 1,500 for emoji, 5,000 for points',
    },
    matching: {
      kind: 'integer',
      minimum: 0,
      help: "updates towards the teacher's distribution after these; 900 for clothes and 950 in further runs, 450 for emoji, none for points",
    },
    measure: { kind: 'flag', help: 'measure clothes of 1, 2 and 4 calls, and those of the teacher' },
    resume: { kind: 'file', help: `continue a training from a checkpoint such as ${FOLDER}/clothes-02.safetensors` },
    weights: { kind: 'output', help: 'write the trained student as a model file of half floats' },
  },
});

run(async () => {
  const { train: trains, seed } = options;
  const backend = await startBackend(options);
  if (trains === 'points') {
    const report = await learnPoints({ steps: options.steps, seed });
    return writeReport(options.json, { ...report, seed, backend });
  }
  const made = trains === undefined ? {} : await train(trains);
  const report: Record<string, unknown> = { ...made };
  for (const name of trains === undefined ? (['emoji', 'clothes'] as const) : [trains]) {
    const student = await shipped(name, trains === undefined ? undefined : `${FOLDER}/${name}.safetensors`);
    report[name] = { milliseconds: await timeOne(name, student), ...(await show(name, student)) };
    student.dispose();
  }
  await writeReport(options.json, { ...report, seed, backend });
});

/** Distils the denoiser of a kind of pictures in two phases, and writes the student's average as a model file. */
async function train(name: Name): Promise<{ trainingSeconds: readonly [number, number]; updates: number }> {
  const kind = kinds[name];
  const { guidance, further, ...settings } = usual[name];
  const { steps = settings.steps, matching = settings.matching, seed } = options;
  const random = createRandom(seed);
  const { source, classes } = await picturesOf(name, { random, batchSize: BATCH_SIZE.long });
  const distillation = await distil(kind, { steps, guidance, random });
  const { trainer, averaged } = distillation;
  if (options.resume !== undefined) await resume(trainer, source, await readSavedRun(options.resume));
  const onPaths = await trainInParts(trainer, source, {
    steps,
    part: Math.ceil(steps / PARTS),
    label: name,
    shown: ({ loss }) => ({ loss }),
    save: async (done) => {
      const part = String(Math.round((PARTS * done) / steps)).padStart(2, '0');
      await saveFile(
        `${FOLDER}/${name}-${part}.safetensors`,
        await saveCheckpoint(trainer, { data: source, metadata: { steps } }),
      );
      await saveFile(`${FOLDER}/${name}-${part}.png`, await drawSheet(name, { denoiser: averaged, calls: 1 }));
    },
  });
  trainer.dispose();
  const larger = await picturesOf(name, { random: random.fork('short'), batchSize: BATCH_SIZE.further });
  const towardsData = await matchDistribution({
    ...distillation,
    make: () => untrained(kind, kind.classes, createRandom(0)),
    imitator: async () => (await trained(kind)).denoiser,
    sources: { long: source, further: larger.source },
    classes: kind.classes,
    steps: matching,
    further,
    random,
  });
  const model = await saveModel(
    { denoiser: averaged },
    { dtype: 'F16', metadata: { size: kind.size, classes: [...classes], steps, matching } },
  );
  await saveFile(options.weights ?? `${FOLDER}/${name}.safetensors`, model);
  for (const part of [averaged, distillation.student, distillation.teacher]) part.dispose();
  const [first, second] = [onPaths, towardsData.seconds].map((seconds) => seconds.toFixed(0));
  console.log(
    `${steps} updates along paths in ${first} s, ${towardsData.updates} towards the distribution in ${second} s`,
  );
  return { trainingSeconds: [onPaths, towardsData.seconds], updates: steps + towardsData.updates };
}

/** The student in a model file: the one that ships with the example, or one of `--weights`. */
async function shipped(name: Name, path = examplePath(`one-call/${name}.safetensors`)): Promise<Denoiser> {
  return (await loadModel(await loadFile(options.weights ?? path), { as: { denoiser: 'denoiser' } })).denoiser;
}

/** The least and the median time of a single picture, from noise to numbers that can be drawn. */
async function timeOne(name: Name, denoiser: Denoiser): Promise<{ least: number; median: number }> {
  const times: number[] = [];
  for (let i = 0; i < 2 * TIMED; i++) {
    const began = performance.now();
    const picture = await makeSamples(kinds[name], { denoiser, calls: 1 }, { labels: Int32Array.of(i % 9), seed: i });
    await picture.data();
    times.push(performance.now() - began);
    picture.dispose();
  }
  const sorted = times.slice(TIMED).sort((a, b) => a - b);
  const [least, median] = [sorted[0]!, sorted[TIMED / 2]!];
  console.log(`${name}: one picture in ${least.toFixed(0)} ms at best, usually ${median.toFixed(0)} ms`);
  return { least, median };
}

function drawSheet(name: Name, way: Way): Promise<Uint8Array> {
  const labels = labelsByClass(kinds[name].classes, COLUMNS);
  return makeSamples(kinds[name], way, { labels, seed: options.seed }).then((all) => drawGrid(all, COLUMNS));
}

/** Draws a sheet, and one class after the other with more calls and by the teacher, from the same noise; measures if that is asked. */
async function show(name: Name, student: Denoiser): Promise<Record<string, unknown>> {
  const kind = kinds[name];
  const { denoiser: teacher } = await trained(kind);
  const ways: Way[] = [
    ...CALLS.map((calls) => ({ denoiser: student, calls })),
    { denoiser: teacher, calls: TEACHER_CALLS, isTeacher: true },
  ];
  await saveFile(`${FOLDER}/${name}.png`, await drawSheet(name, { denoiser: student, calls: 1 }));
  const rows: tf.Tensor[] = [];
  const labels = Int32Array.from({ length: COLUMNS }, (_, i) => i % kind.classes);
  for (const way of ways) rows.push(await makeSamples(kind, way, { labels, seed: options.seed }));
  await saveFile(`${FOLDER}/${name}-calls.png`, await drawGrid(tf.concat(rows), COLUMNS));
  tf.dispose(rows);
  console.log(
    `${FOLDER}/${name}.png, one call each; ${FOLDER}/${name}-calls.png, rows: ${CALLS.join(', ')} calls, teacher`,
  );
  const distances = options.measure && name === 'clothes' ? await measure(ways) : {};
  teacher.dispose();
  return distances;
}

/** The Frechet distances of clothes in both feature networks, by way, and how many times they are the teacher's. */
async function measure(ways: readonly Way[]): Promise<Record<string, unknown>> {
  const { test } = await loadClothes();
  const all: { name: string; distances: [number, number] }[] = [];
  for (const way of ways) all.push(await distancesOf(way, test));
  const [ofClassifier, ofAutoencoder] = all.at(-1)!.distances;
  const distances = all.map(({ name, distances: [a, b] }) => {
    const ratios = [a / ofClassifier, b / ofAutoencoder];
    console.log(
      `${name}: ${a.toFixed(2)} and ${b.toFixed(2)}, ${ratios.map((one) => one.toFixed(2)).join(' and ')} times the teacher's`,
    );
    return { name, classifier: a, autoencoder: b, ratios };
  });
  return { distances };
}

async function distancesOf(way: Way, test: LabelledImages): Promise<{ name: string; distances: [number, number] }> {
  const count = samplesFor(test);
  const labels = Int32Array.from({ length: count }, (_, i) => i % kinds.clothes.classes);
  const samples = await makeSamples(kinds.clothes, way, { labels, seed: options.seed });
  const { frechetDistance, autoencoder } = await measureImages(samples, { test, seed: options.seed });
  samples.dispose();
  const name = `${way.isTeacher ? 'teacher, ' : ''}${way.calls} ${way.calls === 1 ? 'call' : 'calls'}`;
  return { name, distances: [frechetDistance, autoencoder.frechetDistance] };
}
