// How a training on two moons is judged: by what its generator makes of secret noise, after it was trained on secret data.
import type { Piece, PieceSubmission } from 'tfjs-generative/grading';
import type { CheckResult, NumberStream, PlainTensor, Reading } from 'tfjs-generative/testing';
import { order } from '../order.js';
import { drawPoints } from './draw-points.js';
import { energyDistance } from './energy-distance.js';
import { drawFrame, gaussianLike, moons, outOf, type Point } from './moons.js';

/** Points to train on, of noise, and of fresh data to compare with. */
const [TRAINING, SAMPLES, FRESH] = [2000, 1500, 3000];

/** How much noise an example gets: two numbers for latents, and two more for a likelihood's noise. */
const NOISE = 4;

/** What differs between the three. */
export interface Training extends Pick<Piece, 'name' | 'hints'> {
  /** The energy distance below which samples are close to the data, in units of the data's own spread. */
  readonly close: number;
}

/** A piece whose answer trains on points `[n, 2]` and returns a function from noise `[m, 4]` to points `[m, 2]`. */
export function trainingPiece({ name, hints, close }: Training): Piece {
  return {
    name,
    hints,
    seconds: 60,
    parts: order,
    call(answer, { data, noise, again }) {
      const generate = answer(data);
      if (typeof generate !== 'function') throw new Error('it must return a function from noise to points');
      const made = generate as (noise: unknown) => unknown;
      return { samples: made(noise), again: made(again) };
    },
    grade: (submission) => grade(submission, close),
  };
}

/** The checks and their points. The first is the key. */
const CHECKS = [
  ['a function of noise', 2],
  ['better than a Gaussian', 3],
  ['close to the data', 5],
] as const;

async function grade({ ask, random }: PieceSubmission, close: number): Promise<CheckResult[]> {
  const frame = drawFrame(random('frame'));
  const data = moons(TRAINING, random('data'), frame);
  const noise = random('noise').normal([SAMPLES, NOISE]);
  const again = noiseAgain(noise, random('again'));
  const inputs = [plain('data', data), plain('noise', noise), plain('again', again)];
  const [reading] = await ask([{ kind: 'values', inputs, of: [], weights: [] }]);
  const made = readPoints(reading);
  if (typeof made === 'string') return results([made]);
  const { samples } = made;
  const wrong = whyNoFunction(made, data);
  const fresh = moons(FRESH, random('fresh'), frame);
  const picture = drawPoints(outOf(frame, samples), outOf(frame, fresh.slice(0, 800)));
  if (wrong !== undefined) return results([wrong], picture);
  const [distance, gaussian] = [samples, gaussianLike(data, SAMPLES, random('gaussian'))].map((points) =>
    energyDistance(points, fresh),
  ) as [number, number];
  const measured = `The energy distance to fresh data is ${distance.toFixed(4)} times their spread`;
  return results(
    [
      undefined,
      // in some frames a Gaussian is nearly as close as points must be
      distance < Math.max(gaussian / 2, close)
        ? undefined
        : `${measured}. A single Gaussian reaches ${gaussian.toFixed(4)}, and you must reach at most half of that.`,
      distance < close ? undefined : `${measured}, but must be below ${close}.`,
    ],
    picture,
    `${measured}.`,
  );
}

/** A result for each check; those after the given failures wait. */
function results(failures: readonly (string | undefined)[], picture?: string, praise = 'Right.'): CheckResult[] {
  return CHECKS.map(([name, points], i) => {
    const failure = i < failures.length ? failures[i] : 'This is checked once the first check passes.';
    return {
      name,
      passed: failure === undefined,
      score: failure === undefined ? points : 0,
      maxScore: points,
      message: failure ?? (i === 0 ? 'Right.' : praise),
      mistakes: [],
      ...(i === 0 && picture !== undefined && { picture }),
    };
  });
}

/** Rows of noise of which the first half was there before, in another order, and the second half lies close to such rows. */
function noiseAgain(noise: readonly (readonly number[])[], random: NumberStream): number[][] {
  const moved = random.normal([SAMPLES, NOISE]);
  return noise.map((_, i) => {
    const row = noise[SAMPLES - 1 - i]!;
    return i < SAMPLES / 2 ? [...row] : row.map((value, j) => value + NEAR * moved[i]![j]!);
  });
}

/** How far apart close rows of noise are in each column. */
const NEAR = 0.1;

interface Made {
  readonly samples: readonly Point[];
  readonly again: readonly Point[];
}

function readPoints(reading: Reading | undefined): Made | string {
  if (reading?.failure !== undefined) return reading.failure;
  const [samples, again] = ['samples', 'again'].map((name) => reading?.tensors?.find((tensor) => tensor.name === name));
  if (samples === undefined || again === undefined) return 'There was no result.';
  const odd = [samples, again].find(({ shape }) => shape.join() !== `${SAMPLES},2`);
  if (odd !== undefined)
    return `For noise of shape [${SAMPLES},${NOISE}] it makes points of shape [${odd.shape.join()}], but must make [${SAMPLES},2].`;
  if (![samples, again].every(({ values }) => values.every(Number.isFinite)))
    return 'Its points are not all finite: did the training diverge?';
  const points = ({ values }: PlainTensor): Point[] =>
    Array.from({ length: SAMPLES }, (_, i) => [values[2 * i]!, values[2 * i + 1]!]);
  return { samples: points(samples), again: points(again) };
}

/** Why points were not made from noise by a function that was learned, if they were not. */
function whyNoFunction({ samples, again }: Made, data: readonly Point[]): string | undefined {
  const spread = meanOf(samples.map((point, i) => distanceOf(point, samples[(i + 1) % SAMPLES]!)));
  const moves = again.map((point, i) => distanceOf(point, samples[SAMPLES - 1 - i]!));
  const half = SAMPLES / 2;
  if (!(spread > 0)) return 'Its points are all the same, whatever the noise is.';
  if (Math.max(...moves.slice(0, half)) > 1e-3 * spread)
    return 'The same noise must give the same point, whatever else is in the batch: draw no random numbers while generating.';
  const near = [...moves.slice(half)].sort((a, b) => a - b)[Math.floor(half / 2)]!;
  if (near > MAX_JUMP * spread) return 'Close noise must give close points, as a network does: its points jump.';
  const known = new Set(data.map((point) => point.map((value) => value.toFixed(3)).join()));
  const copies = samples.filter((point) => known.has(point.map((value) => value.toFixed(3)).join())).length;
  if (copies > SAMPLES / 20) return 'Its points are copies of the data.';
  return undefined;
}

/** How far apart the points of close noise may be, of the distance of any two: the median. */
const MAX_JUMP = 0.25;

function distanceOf(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

function plain(name: string, rows: readonly (readonly number[])[]): PlainTensor {
  return { name, shape: [rows.length, rows[0]!.length], values: rows.flat(), dtype: 'float32' };
}
