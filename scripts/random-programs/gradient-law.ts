import * as tf from '@tensorflow/tfjs-core';
import type * as g from '../../src/index.js';
import { startEvaluation, type Entries } from './evaluate.js';
import type { Program } from './expression.js';
import { drawOf } from './draw.js';
import { partsOf } from './laws.js';
import { Failure } from './outcome.js';
import { recordGradients } from './record-gradients.js';
import { move, variablesIn } from './variables.js';

/** The metrics whose sum each optimizer makes smaller. */
const metrics: Readonly<Record<string, readonly string[]>> = {
  loss: ['loss'],
  discriminator: ['discriminatorLoss', 'penalty'],
  generator: ['generatorLoss'],
};
const STEP = 2e-5;
/**
 * The largest difference as a share of the slope. `spectralNorm` takes its singular vectors as constants, which is exact only once they have
 * converged; the differences move them, too.
 */
const TOLERANCE = { exact: 1e-3, estimated: 3e-2 };

/**
 * Compares the gradients of a trainer's loss with differences of the loss, both in float64, along three directions that are drawn
 * around the gradient. Two sizes of steps must agree, else there is a kink between them.
 */
export async function checkSlopes(entries: Entries, program: Program): Promise<void> {
  if (program.withoutSlopes === true) return;
  try {
    await checkSlopesAt(entries, program, 0);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // relu of exactly 0, as dropout makes it, has a kink for every step: nearby, the slopes must agree
    await checkSlopesAt(entries, program, 0.05);
  }
}

/** {@link checkSlopes} with weights that are moved by numbers of this size. */
async function checkSlopesAt(entries: Entries, program: Program, size: number): Promise<void> {
  const recorder = recordGradients();
  const evaluation = startEvaluation(entries, recorder.beforeCall);
  try {
    await evaluation.run(program);
    if (size > 0) move(variablesIn(evaluation.scope), entries, size);
    const { trainer, batches } = partsOf(evaluation);
    if (trainer === undefined) return;
    const plain = structuredClone<g.Json>(trainer.state.plain);
    const all = variablesIn(evaluation.scope);
    const start = await Promise.all(all.map((variable) => variable.data().then((values) => Float64Array.from(values))));
    const lossesAt = async (
      shifts: ReadonlyMap<tf.Variable, Float32Array>,
      by: number,
    ): Promise<Record<string, number>> => {
      all.forEach((variable, i) => {
        const shift = shifts.get(variable);
        const values = start[i]!.map((value, k) => (shift ? value + by * shift[k]! : value));
        tf.tidy(() => variable.assign(tf.tensor(values, variable.shape, variable.dtype)));
      });
      trainer.restore?.(plain);
      const step = trainer.step(batches[0]!) as Readonly<Record<string, tf.Tensor>>;
      const found: Record<string, number> = {};
      for (const [name, value] of Object.entries(step)) found[name] = (await value.data())[0]!;
      tf.dispose(step);
      return found;
    };
    await lossesAt(new Map(), 0);
    const gradients: Record<string, Float32Array[]> = {};
    for (const [name, list] of Object.entries(recorder.take()))
      gradients[name] = await Promise.all(list.map(async (x) => (await x.data<'float32'>()).slice()));
    const moved = new Map(recorder.variables);
    const isEstimated = JSON.stringify(program).includes('"spectralNorm"');
    const tolerance = TOLERANCE[isEstimated ? 'estimated' : 'exact'];
    for (const [name, list] of Object.entries(gradients)) {
      const summed = metrics[name]!;
      for (let seed = 1; seed <= (start.length > 20 ? 1 : 2); seed++) {
        const shifts = directionOf(moved.get(name)!, list, seed);
        const slope = along(moved.get(name)!, list, shifts);
        const at = async (by: number): Promise<number> => {
          const losses = await lossesAt(shifts, by);
          return summed.reduce((sum, metric) => sum + losses[metric]!, 0);
        };
        const quotient = async (h: number): Promise<number> => ((await at(h)) - (await at(-h))) / (2 * h);
        const [wide, narrow] = [await quotient(STEP), await quotient(STEP / 4)];
        const size = Math.abs(slope) + Math.abs(narrow);
        const isSmooth = Math.abs(wide - narrow) <= 1e-4 * size + 1e-8;
        if (Number.isFinite(narrow) && isSmooth && Math.abs(slope - narrow) > tolerance * size + 1e-6)
          throw new Failure('gradient', `the slope of ${summed.join(' + ')} is ${slope}, and ${narrow} by differences`);
      }
    }
  } finally {
    evaluation.dispose();
  }
}

/** The gradient with each number multiplied by one of -1, 0.5, 1 and 2, of length 1. */
function directionOf(
  variables: readonly tf.Variable[],
  gradients: readonly Float32Array[],
  seed: number,
): Map<tf.Variable, Float32Array> {
  const d = drawOf(seed);
  const length = Math.sqrt(gradients.reduce((sum, list) => list.reduce((total, x) => total + x * x, sum), 0)) || 1;
  const count = gradients.reduce((sum, { length }) => sum + length, 0);
  return new Map(
    variables.map((variable, i) => [
      variable,
      gradients[i]!.map((x) => (d.pick([-0.5, 0.5, 1, 2]) * x) / length + (0.1 * (d.unit() - 0.5)) / Math.sqrt(count)),
    ]),
  );
}

function along(
  variables: readonly tf.Variable[],
  gradients: readonly Float32Array[],
  shifts: ReadonlyMap<tf.Variable, Float32Array>,
): number {
  return variables.reduce(
    (sum, variable, i) => gradients[i]!.reduce((total, x, k) => total + x * shifts.get(variable)![k]!, sum),
    0,
  );
}
