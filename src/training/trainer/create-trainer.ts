import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import { warnOfCpu } from '../../backend/chosen-backend.js';
import type { RandomStream } from '../../random/index.js';
import { gradientDepth } from '../../gradients/tape.js';
import { classesOf, commonClasses } from '../../nets/classes-of.js';
import { unusable, wrongKind } from '../../tensor/errors.js';
import { free } from '../../tensor/lost-backend.js';
import { readBatch, type Batch } from '../data/batch.js';
import type { Json } from '../json.js';
import { followAverage } from './average.js';
import { createPlayers, type Player } from './players.js';
import { createRunState, type RunState } from './run-state.js';
import { snapshot } from './snapshot.js';
import { checkMetrics, type Accepts, type Metrics, type Trainer } from './trainer.js';
import {
  checkTrainerOptions,
  isGame,
  ONLY_PLAYER,
  type GameTrainerOptions,
  type LossTrainerOptions,
} from './trainer-options.js';
import type { StepInput } from './step-input.js';
import { startUpdates } from './updates.js';

type Model<N extends string, K extends string> = LossTrainerOptions<N, K> | GameTrainerOptions<N, K>;

/**
 * A trainer of any model: the model brings the mathematics, a loss or a game of several updates a step; this brings what is
 * the same for all. It counts steps, draws from one stream, leaves out updates that would bring in a number that is not
 * finite, keeps averages, names all variables for checkpoints, and puts everything back when a step throws.
 *
 * @param options - see {@link LossTrainerOptions} and {@link GameTrainerOptions}
 * @returns a trainer with the metrics that the model gives. It does not own parts or averages; dispose them yourself.
 * @throws TypeError or RangeError if an option is wrong; a `step` that throws changes nothing
 * @remarks A checkpoint holds the variables as `PART.0`, `PART.1`, ... (variables, then buffers), moments as `optimizer.0` or
 * `PARTOptimizer.0`, averages as `averagePART.0`, evidence as `NAME.0`. `checkTrainer` in `/testing` checks that a model
 * keeps the laws of a trainer.
 * @example
 * ```ts
 * const network = mlp({ sizes: [2, 16, 2], random: createRandom(1) });
 * const trainer = createTrainer({
 *   name: 'denoiser',
 *   parts: { network },
 *   optimizer: createAdam({ learningRate: 1e-2 }),
 *   random: createRandom(2),
 *   loss: ({ x, random, options }) => {
 *     const noisy = tf.add(x, tf.mul(0.1, random.normal(x.shape)));
 *     return { loss: tf.mean(tf.square(tf.sub(network.apply(noisy, options), x))) };
 *   },
 * });
 * const { loss } = await readMetrics(trainer.step(tf.ones([8, 2])));
 * console.log(loss > 0); // true
 * ```
 */
export function createTrainer<N extends string, K extends string = never>(
  options: LossTrainerOptions<N, K>,
): Trainer<N, K>;
export function createTrainer<N extends string, K extends string = never>(
  options: GameTrainerOptions<N, K>,
): Trainer<N, K>;
export function createTrainer<N extends string, K extends string>(options: Model<N, K>): Trainer<N, K> {
  return buildTrainer('createTrainer', options);
}

/** {@link createTrainer} on behalf of the public function `where`, which its errors name. */
export function buildTrainer<N extends string, K extends string>(where: string, options: Model<N, K>): Trainer<N, K> {
  try {
    warnOfCpu(where);
    return build(where, options);
  } catch (error) {
    tf.dispose({ ...options?.evidence, ...options?.passingEvidence });
    throw error;
  }
}

function build<N extends string, K extends string>(where: string, options: Model<N, K>): Trainer<N, K> {
  checkTrainerOptions(where, options);
  const { parts, clipNorm } = options;
  const evidence = { ...options.evidence, ...options.passingEvidence };
  const accepts: Accepts = { ...options.accepts, classes: commonClasses(Object.values(parts).map(classesOf)) };
  const players = createPlayers(options);
  const run = createRunState(options, players);
  const { play, evaluate } = rulesOf(options);
  const buffers = Object.values(parts).flatMap((part) => part.buffers ?? []);
  const onUpdate = afterUpdate(options, players, run);

  const gate = createGate();
  const meansOf = createMeans<N>();
  return Object.freeze({
    step: (batch: Batch): Metrics<N> => {
      gate.check('step');
      run.checkAlive('step');
      const examples = readBatch('step', batch);
      return gate.inStep(() => {
        const putBack = run.keep();
        const restoreEvidence = keepEvidence(Object.values(evidence));
        const { end, settle, ...calls } = startUpdates({ players, parts, buffers, clipNorm, onUpdate });
        try {
          const metrics = meansOf('step', play({ ...inputOf(examples, run.steps, run.random, true), ...calls }));
          settle();
          restoreEvidence();
          run.countStep();
          return metrics;
        } catch (error) {
          putBack();
          throw error;
        } finally {
          end();
        }
      });
    },
    evaluate: (batch: Batch): Metrics<N> => {
      run.checkAlive('evaluate');
      const examples = readBatch('evaluate', batch);
      return tf.tidy(() => {
        const putBack = snapshot(buffers);
        try {
          return meansOf('evaluate', evaluate(inputOf(examples, run.steps, run.random.fork('evaluate'), false)));
        } finally {
          putBack();
        }
      });
    },
    get state() {
      return run.read();
    },
    restore: (plain: Json) => {
      gate.check('restore');
      run.restore(plain);
    },
    get steps() {
      return run.steps;
    },
    accepts,
    skipped: Object.values(players).map(({ optimizer }) => optimizer.skipped),
    evidence: Object.values(evidence),
    judge: judgeOf(options, Object.keys(evidence), run),
    dispose: () => {
      gate.check('dispose');
      run.end();
      for (const { optimizer } of Object.values(players)) optimizer.dispose();
      free(Object.values(evidence));
    },
  });
}

/** What a model is given of a batch. */
function inputOf(
  { x, condition }: ReturnType<typeof readBatch>,
  step: number,
  random: RandomStream,
  training: boolean,
): StepInput {
  return { x, condition, step, random, options: { training, random, condition } };
}

/** The model's own judge, given the numbers of its evidence by name. */
function judgeOf<N extends string, K extends string>({ judge }: Model<N, K>, names: readonly string[], run: RunState) {
  return (metrics: Readonly<Record<N, number>>, seen: readonly ArrayLike<number>[] = []) => {
    const evidence = Object.fromEntries(names.map((name, i) => [name, seen[i] ?? []]));
    return judge?.(metrics, { evidence, steps: run.steps, updates: run.updates }) ?? [];
  };
}

/** What keeps calls that would change a trainer out of its own steps, and steps out of gradient calls. */
function createGate() {
  let isInStep = false;
  return {
    check(where: string): void {
      if (!isInStep && (where !== 'step' || gradientDepth() === 0)) return;
      const seen = `a call inside of ${isInStep ? 'its own step' : 'a gradient call'}`;
      throw unusable(where, 'trainer', 'must be called from outside', { seen });
    },
    inStep<T extends tf.TensorContainer>(work: () => T): T {
      isInStep = true;
      try {
        return tf.tidy(work);
      } finally {
        isInStep = false;
      }
    },
  };
}

/** What follows after an update of a player: its averages, and the count. */
function afterUpdate(
  options: LossTrainerOptions<string> | GameTrainerOptions<string>,
  players: Readonly<Record<string, Player>>,
  run: RunState,
) {
  const follow = followersOf(options, players);
  return (player: string): void => {
    for (const average of follow) if (average.player === player) average.update(run.updates[player]!);
    run.countUpdate(player);
  };
}

/** The updates of averages, with the players after whose updates they follow. */
function followersOf(
  options: LossTrainerOptions<string> | GameTrainerOptions<string>,
  players: Readonly<Record<string, Player>>,
) {
  const moved = new Set<Variable>();
  return Object.entries(options.averages ?? {}).map(([part, average]) => {
    const player = isGame(options) ? part : ONLY_PLAYER;
    const mayGrowLarge = players[player]?.optimizer.mayGrowLarge;
    return { player, update: followAverage(options.parts[part]!, average, mayGrowLarge, moved) };
  });
}

/** Keeps what evidence holds; the function that it gives puts back what is no longer finite, in the evidence that has moved. */
function keepEvidence(evidence: readonly Variable[]): () => void {
  const before = evidence.map((variable) => tf.clone(variable));
  return () =>
    evidence.forEach((variable, i) => {
      if (variable.dataId !== before[i]!.dataId) variable.assign(tf.where(tf.isFinite(variable), variable, before[i]!));
    });
}

/** A loss is a game of one update. */
function rulesOf<N extends string>(
  options: LossTrainerOptions<N> | GameTrainerOptions<N>,
): Pick<GameTrainerOptions<N>, 'play' | 'evaluate'> {
  if (isGame(options)) return options;
  const { loss } = options;
  return { play: (game) => game.update(ONLY_PLAYER, () => loss(game)), evaluate: loss };
}

/** Makes the function that gives metrics as scalars of their own, of one number per example the mean; their names stay the same. */
function createMeans<N extends string>() {
  let names: string | undefined;
  return (where: string, metrics: Readonly<Record<N, Tensor>>): Metrics<N> => {
    checkMetrics(where, metrics);
    const found = Object.keys(metrics).sort().join(', ');
    if (found !== (names ??= found)) {
      const fix = 'Give the same names in each step, and in evaluate.';
      throw wrongKind(where, 'metrics', `must have the names ${names}`, { seen: found, fix });
    }
    const entries = Object.entries<Tensor>(metrics).map(([name, value]) => {
      const numbers = value.dtype === 'float32' ? value : tf.cast(value, 'float32');
      return [name, numbers.rank === 0 ? tf.clone(numbers) : tf.mean(numbers)] as const;
    });
    return Object.fromEntries(entries) as Record<N, Scalar>;
  };
}
