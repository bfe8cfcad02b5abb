import * as tf from '@tensorflow/tfjs-core';
import {
  consistencyDistillation,
  cosineSchedule,
  createAdam,
  createConsistencyTrainer,
  createDenoiser,
  createDiffusionTrainer,
  createRandom,
  denoisingMlp,
  loadWeights,
  predictVelocity,
  sampleConsistency,
  sampleDdim,
  saveWeights,
  train,
  type Denoiser,
  type Network,
  type RandomStream,
  type Trainer,
} from 'tfjs-generative';
import { terminalProgress } from 'tfjs-generative/node';
import { warmCosine } from '../shared/warm-cosine.js';

/** Points in a batch. */
const BATCH_SIZE = 512;
/** Units of the hidden layers. */
const WIDTH = 256;
const [LEARNING_RATE, WARM_UP, BETA2] = [4e-3, 100, 0.99];
const AVERAGE_DECAY = 0.998;
/** Fields in a row of the board, whose side is 4 and is scaled to variance 1. */
const FIELDS = 4;
const UNIT = Math.sqrt(FIELDS ** 2 / 12);
/** Waves per field of the board that the network also gets of each coordinate: without them it draws sharp edges slowly. */
const WAVES = [1 / 2, 1, 2, 4];
/**
 * Timesteps of the student's samples by the number of calls. The usual ones, at equal angles, add so much noise again that points leave the
 * field that they were on; from later ones only what is near an edge moves.
 */
const CALLED = [[990], [990, 150], [990, 500, 250, 120]];
/** Samples that are counted. */
const SAMPLES = 10_000;

/** Points spread evenly over the dark fields of a checkerboard, `[n, 2]`, of about variance 1. */
export function checkerboard(n: number, random: RandomStream): tf.Tensor {
  return tf.tidy(() => {
    // two fields of four in a row are dark, every second row starts with one
    const field = random.uniform([n], 0, FIELDS ** 2 / 2);
    const row = tf.floor(tf.div(field, FIELDS / 2));
    const column = tf.add(tf.mul(2, tf.floor(tf.sub(field, tf.mul(FIELDS / 2, row)))), tf.mod(row, 2));
    const corner = tf.stack([column, row], 1);
    return tf.div(tf.sub(tf.add(corner, random.uniform([n, 2])), FIELDS / 2), UNIT);
  });
}

/** The share of points on dark fields. */
export function shareOnDark(points: ArrayLike<number>): number {
  const place = (i: number): number => Math.floor(points[i]! * UNIT + FIELDS / 2);
  const isOn = (place: number): boolean => place >= 0 && place < FIELDS;
  let count = 0;
  for (let i = 0; i < points.length; i += 2) {
    const [column, row] = [place(i), place(i + 1)];
    if (isOn(column) && isOn(row) && (column + row) % 2 === 0) count++;
  }
  return count / (points.length / 2);
}

/** A network of points that also sees waves of both coordinates. */
function withWaves(random: RandomStream): Network {
  const inner = denoisingMlp({ size: 2 + 4 * WAVES.length, width: WIDTH, random });
  return {
    ...inner,
    apply: (x, options) =>
      tf.tidy(() => {
        const angles = WAVES.map((waves) => tf.mul(2 * Math.PI * waves * (UNIT / 2), x));
        const seen = tf.concat(
          [x, ...angles.map((angle) => tf.sin(angle)), ...angles.map((angle) => tf.cos(angle))],
          1,
        );
        return tf.slice(inner.apply(seen, options), [0, 0], [-1, 2]);
      }),
  };
}

function createPointDenoiser(random: RandomStream): Denoiser {
  return createDenoiser(withWaves(random.fork('denoiser')), {
    schedule: cosineSchedule({ steps: 1000 }),
    predicts: predictVelocity,
  });
}

/** Trains a denoiser of a checkerboard and a student of it; resolves to the shares of their samples on dark fields. */
export async function learnPoints({
  steps = 5_000,
  seed,
}: {
  readonly steps?: number | undefined;
  readonly seed: number;
}) {
  const random = createRandom(seed);
  const make = (): [trained: Denoiser, average: Denoiser] => [createPointDenoiser(random), createPointDenoiser(random)];
  const optimizer = () =>
    createAdam({ learningRate: warmCosine({ highest: LEARNING_RATE, warmUp: WARM_UP, steps }), beta2: BETA2 });
  const [denoiser, teacher] = make();
  await learn('teacher', createDiffusionTrainer({ denoiser, optimizer: optimizer(), random, average: { into: teacher, decay: AVERAGE_DECAY } })); // prettier-ignore
  const [student, averaged] = make();
  const weights = await saveWeights(teacher);
  for (const one of [student, averaged]) await loadWeights(one, weights);
  const target = consistencyDistillation({ teacher });
  await learn('student', createConsistencyTrainer({ student, target, optimizer: optimizer(), random, average: { into: averaged, decay: AVERAGE_DECAY } })); // prettier-ignore

  const shares: Record<string, number> = {};
  const count = async (name: string, samples: Promise<tf.Tensor>): Promise<void> => {
    const points = await samples;
    shares[name] = shareOnDark(await points.data());
    points.dispose();
    console.log(`${name}: ${(100 * shares[name]).toFixed(1)}% where they belong`);
  };
  const drawn = () => ({ shape: [SAMPLES, 2], random: random.fork('samples') });
  for (const calls of [4, 50])
    await count(`teacher, ${calls} calls`, sampleDdim(teacher, { ...drawn(), steps: calls }));
  for (const timesteps of CALLED)
    await count(`student, ${timesteps.length} calls`, sampleConsistency(averaged, { ...drawn(), timesteps }));
  return { shares, steps };

  async function learn(label: string, trainer: Trainer<'loss'>): Promise<void> {
    const progress = terminalProgress({ total: steps, label });
    const source = async function* () {
      for (;;) yield checkerboard(BATCH_SIZE, random);
    };
    for await (const { step, metrics } of train(trainer, source, { steps, reportEvery: 50 }))
      progress.update(step, metrics);
    progress.stop();
    trainer.dispose();
  }
}
