import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkFunction, checkInteger, checkNumber } from '../tensor/checks.js';
import { unusable, wrongKind } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import { readBatch, type Batch } from '../training/data/batch.js';
import { loadCheckpoint, saveCheckpoint } from '../training/saving/checkpoint.js';
import { readMetrics, type Trainer } from '../training/trainer/trainer.js';
import { countKernels, failAt } from './failing-kernel.js';
import {
  contentsOf,
  difference,
  differentNumber,
  momentsOf,
  notFinite,
  numbersOf,
  parametersOf,
} from './trainer-contents.js';

/** Number of steps in the comparison with a resumed run. */
const MIN_RESUMED = 9;

/** What {@link checkTrainer} needs besides the trainer. */
export interface TrainerCheck {
  /** At least three batches in the form that the trainer takes; the caller keeps them. */
  readonly batches: readonly Batch[];
  /**
   * The allowed difference of a resumed run, relative to each number's magnitude or to 1, whichever is larger; 0 by default: bit for
   * bit. A GPU's sums have no fixed order.
   */
  readonly tolerance?: number | undefined;
  /** In how many places of a step a kernel is made to throw, spread evenly over its kernel calls; 12 by default. */
  readonly failures?: number | undefined;
}

/**
 * Checks the laws of a {@link Trainer}: a step that throws, anywhere, changes nothing; `evaluate` changes nothing and gives
 * the metrics of a step, the same numbers at every call; steps move a parameter, and only variables in the trainer's own `state`; N + M
 * steps equal N steps, a checkpoint and M more in another trainer, new or used; no tensor is left behind; an update that is not finite is
 * skipped and counted.
 *
 * @param make - makes a new, identical trainer with all its parts at each call. The check disposes the trainer and every variable in
 * its `state`.
 * @param options - see {@link TrainerCheck}
 * @throws Error that says which law is broken, and where
 * @remarks A trainer that says why it cannot be resumed (`state.notResumable`) is not resumed.
 * @example
 * ```ts
 * const make = () => {
 *   const network = mlp({ sizes: [2, 4, 2], random: createRandom(1) });
 *   const loss = ({ x, options }: StepInput) => ({ loss: tf.mean(tf.square(tf.sub(network.apply(x, options), x))) });
 *   const optimizer = createAdam({ learningRate: 0.01 });
 *   return createTrainer({ name: 'autoencoder', parts: { network }, optimizer, random: createRandom(2), loss });
 * };
 * await checkTrainer(make, { batches: [tf.ones([4, 2]), tf.zeros([4, 2]), tf.ones([3, 2])] }); // passes
 * ```
 */
export async function checkTrainer(make: () => Trainer, options: TrainerCheck): Promise<void> {
  const where = 'checkTrainer';
  checkFunction(where, 'make', make);
  const { batches, tolerance, failures } = readOptions(where, options, {
    batches: {},
    tolerance: { is: checkNumber, default: 0, least: 0 },
    failures: { is: checkInteger, default: 12 },
  });
  if (!Array.isArray(batches) || batches.length < 3) {
    throw wrongKind(where, 'batches', 'must be an array of at least three batches', { got: batches });
  }
  const made: Trainer[] = [];
  const another = (): Trainer => {
    const trainer = make();
    checkFunction(where, 'make().step', (trainer as Trainer | undefined)?.step);
    checkFunction(where, 'make().restore', trainer.restore);
    if (made.includes(trainer)) {
      const seen = 'the same one';
      throw wrongKind(where, 'make()', 'must be a new trainer at each call', { seen, fix: 'Make it within `make`.' });
    }
    made.push(trainer);
    return trainer;
  };
  try {
    await checkSteps(another(), batches);
    await checkMoves(another, batches);
    await checkEvaluate(another(), batches);
    await checkFailures(another, batches, failures);
    await checkResumed(another, batches, tolerance);
    await checkPoison(another(), batches);
  } finally {
    for (const trainer of made) {
      const variables = Object.values(trainer.state.variables);
      trainer.dispose();
      tf.dispose(variables);
    }
  }
}

/** Steps must return scalars, leave no tensor behind and change nothing outside the state. */
async function checkSteps(trainer: Trainer, batches: readonly Batch[]): Promise<void> {
  const bystander = tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
  try {
    const own = new Set(Object.values(trainer.state.variables));
    const others = Object.entries(tf.engine().state.registeredVariables).filter(([, variable]) => !own.has(variable));
    const before = await numbersOf(others);
    let names: string | undefined;
    for (const batch of batches) {
      const count = tf.memory().numTensors;
      const metrics = trainer.step(batch);
      const got = Object.keys(metrics).join();
      names ??= got;
      if (got !== names) throw broken('step', `must give the metrics ${names} at each step`, got);
      const notScalar = Object.entries<Tensor>({ ...metrics }).find(([, value]) => value.rank !== 0);
      if (notScalar) throw broken(`step(...).${notScalar[0]}`, 'must be a scalar', notScalar[1].shape);
      tf.dispose({ ...metrics });
      const left = tf.memory().numTensors - count;
      if (left !== 0) throw broken('step', 'must leave no tensor behind', `${left} more`);
    }
    const moved = differentNumber(before, await numbersOf(others));
    if (moved !== undefined) throw broken('step', 'must move no variable but those of its state', moved);
  } finally {
    bystander.dispose();
  }
}

/** Steps must move a parameter, unless gradients wait in the moments, as where those of many batches are summed. */
async function checkMoves(another: () => Trainer, batches: readonly Batch[]): Promise<void> {
  const [trainer, twin] = [another(), another()];
  const parameters = parametersOf(trainer);
  const before = await numbersOf(parameters);
  for (const batch of batches) tf.dispose({ ...trainer.step(batch) });
  if (differentNumber(before, await numbersOf(parameters)) !== undefined) return;
  // the moments of a gradient that is 0 depend on no data
  for (const batch of [...batches].reverse()) tf.dispose({ ...twin.step(batch) });
  if (differentNumber(await numbersOf(momentsOf(trainer)), await numbersOf(momentsOf(twin))) !== undefined) return;
  const fix = 'Make an update in it, by a loss that depends on the parameters.';
  throw broken('step', 'must move a parameter in its state', 'none that moved', fix);
}

async function checkEvaluate(trainer: Trainer, [first, second]: readonly Batch[]): Promise<void> {
  const metrics = trainer.step(first!);
  const names = Object.keys(metrics).sort().join();
  tf.dispose({ ...metrics });
  const before = await contentsOf(trainer);
  const count = tf.memory().numTensors;
  const [one, two] = [
    await readMetrics(trainer.evaluate(second!)),
    await readMetrics(trainer.evaluate(second!)),
  ] as const;
  const left = tf.memory().numTensors - count;
  if (left !== 0) throw broken('evaluate', 'must leave no tensor behind', `${left} more`);
  const found = Object.keys(one).sort().join();
  if (found !== names) throw broken('evaluate', `must give the metrics of step, ${names}`, found);
  const changed = difference(before, await contentsOf(trainer));
  if (changed !== undefined) throw broken('evaluate', 'must change nothing', changed);
  const other = Object.keys(one).find((name) => !Object.is(one[name], two[name]));
  if (other === undefined) return;
  throw broken(
    `evaluate(...).${other}`,
    'must be the same at every call',
    `${two[other]} after ${one[other]}`,
    'Draw its noise from the stream that it is handed, not from one of your own.',
  );
}

async function checkFailures(
  another: () => Trainer,
  [first, second]: readonly Batch[],
  failures: number,
): Promise<void> {
  const [trainer, twin] = [another(), another()];
  for (const one of [trainer, twin]) tf.dispose({ ...one.step(first!) });
  const kernels = countKernels(() => tf.dispose({ ...twin.step(second!) }));
  const before = await contentsOf(trainer);
  const places = Array.from({ length: Math.min(failures, kernels) }, (_, i) => i / Math.min(failures, kernels));
  for (const share of places) {
    const count = tf.memory().numTensors;
    const injected = new Error('checkTrainer: this kernel fails to see what is left behind');
    const at = Math.floor(share * kernels);
    let thrown: unknown;
    failAt(at, injected, () => {
      try {
        tf.dispose({ ...trainer.step(second!) });
      } catch (error) {
        thrown = error;
      }
    });
    const place = `at kernel call ${at} of ${kernels}`;
    if (thrown === undefined) throw broken('step', 'must throw what a kernel throws', `no error ${place}`);
    const changed = difference(before, await contentsOf(trainer));
    if (changed !== undefined) throw broken('step', `must change nothing when it throws, here ${place}`, changed);
    const left = tf.memory().numTensors - count;
    if (left !== 0) throw broken('step', `must leave no tensor behind when it throws, here ${place}`, `${left} more`);
  }
}

async function checkResumed(another: () => Trainer, batches: readonly Batch[], tolerance: number): Promise<void> {
  const [straight, saved, fresh, used] = [another(), another(), another(), another()];
  if (straight.state.notResumable !== undefined) return;
  // memory outside of the state may show late
  const count = Math.max(batches.length, MIN_RESUMED);
  const [first, ...rest] = Array.from({ length: count }, (_, i) => batches[i % batches.length]!);
  const run = (trainer: Trainer, some: readonly Batch[]): void => {
    for (const batch of some) tf.dispose({ ...trainer.step(batch) });
  };
  run(straight, [first!, ...rest]);
  run(saved, [first!]);
  run(used, batches.slice(1));
  const [expected, file] = [await contentsOf(straight), await saveCheckpoint(saved)];
  for (const resumed of [fresh, used]) {
    await loadCheckpoint(resumed, file);
    run(resumed, rest);
    const changed = difference(expected, await contentsOf(resumed), tolerance);
    if (changed === undefined) continue;
    const rule = `must do in ${count} steps what it does in 1, a checkpoint and ${rest.length} more`;
    const fix = 'Keep nothing that changes outside of parts, optimizers and averages.';
    throw broken('step', rule, changed, fix);
  }
}

/** A batch with a NaN, or with a token out of any range, must not bring one into the state, and must be counted if the NaN reached the loss. */
async function checkPoison(trainer: Trainer, [first, second]: readonly Batch[]): Promise<void> {
  tf.dispose({ ...trainer.step(first!) });
  const { x } = readBatch('checkTrainer', second!);
  const numbers = (x.dtype === 'int32' ? Int32Array : Float32Array).from(await x.data());
  numbers[0] = x.dtype === 'int32' ? 2 ** 24 : NaN;
  const poison = tf.tensor(numbers, x.shape, x.dtype);
  try {
    const before = await skippedBy(trainer);
    const metrics = await readMetrics(trainer.step(second instanceof tf.Tensor ? poison : { ...second, x: poison }));
    const got = notFinite(await contentsOf(trainer));
    if (got !== undefined) {
      throw broken('step', 'must leave out an update that would bring in a number that is not finite', `one in ${got}`);
    }
    const reached = Object.values(metrics).some((value) => !Number.isFinite(value));
    if (reached && (await skippedBy(trainer)) === before) {
      throw broken('skipped', 'must count an update that is left out', before);
    }
  } finally {
    poison.dispose();
  }
}

async function skippedBy({ skipped = {} }: Trainer): Promise<number> {
  const counts = await Promise.all(Object.values(skipped).map((count) => count.data()));
  return counts.reduce((sum, [count]) => sum + count!, 0);
}

function broken(member: string, rule: string, found: unknown, fix?: string): Error {
  const seen = typeof found === 'string' ? found : undefined;
  return unusable('checkTrainer', `trainer.${member}`, rule, { got: found, seen, fix });
}
