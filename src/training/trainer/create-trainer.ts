import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import { warnOfCpu } from '../../backend/chosen-backend.js';
import type { RandomStream } from '../../random/index.js';
import { checkFunction } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { free } from '../../tensor/lost-backend.js';
import { readOptions } from '../../tensor/options.js';
import { renameErrors } from '../../tensor/rename-errors.js';
import { readBatch, type Batch } from '../data/batch.js';
import type { Json } from '../json.js';
import { keepValues } from '../optimizers/keep-values.js';
import { followAverage } from './average.js';
import { gameSetup, lossSetup, readGame, type Game } from './read-game.js';
import { createGate } from './gate.js';
import { createRunState, type RunState } from './run-state.js';
import { checkPlayers } from './check-players.js';
import { checkMetrics, type Metrics, type StepCallOptions, type Trainer } from './trainer.js';
import type { GameTrainerOptions, LossTrainerOptions, ModelOptions } from './trainer-options.js';
import type { GameStep, StepInput } from './step-input.js';
import { createEvidence, type Evidence } from './watch.js';

/**
 * A trainer for any model. The model provides the mathematics: a loss, or a game of several updates per step. The trainer provides what all
 * models share: it counts steps, draws from one stream, skips updates that would bring in a number that is not finite, keeps averages,
 * names all variables for checkpoints, and restores everything when a step throws.
 *
 * @param options - see {@link LossTrainerOptions} and {@link GameTrainerOptions}
 * @returns a trainer with the metrics that the model returns. It does not own parts or averages; dispose them yourself.
 * @throws TypeError or RangeError if an option is wrong; a `step` that throws changes nothing
 * @remarks A checkpoint holds the variables as `PART.0`, `PART.1`, ... (variables, then buffers), moments as `optimizer.0` or
 * `PARTOptimizer.0`, averages as `averagePART.0`, evidence as `NAME.0`. `checkTrainer` in `/testing` checks that a model obeys the laws
 * of a trainer.
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
export function createTrainer<N extends string, K extends string = never, Seen = unknown>(
  options: LossTrainerOptions<N, K, Seen>,
): Trainer<N, K>;
export function createTrainer<N extends string, K extends string = never, Seen = unknown>(
  options: GameTrainerOptions<N, K, Seen>,
): Trainer<N, K>;
export function createTrainer<N extends string, K extends string, Seen>(
  options: LossTrainerOptions<N, K, Seen> | GameTrainerOptions<N, K, Seen>,
): Trainer<N, K> {
  return (options as Partial<GameTrainerOptions<N>> | undefined)?.play === undefined
    ? trainerBy(options as LossTrainerOptions<N, K, Seen>, lossSetup<N, Seen>)
    : trainerBy(options as GameTrainerOptions<N, K, Seen>, gameSetup<N, Seen>);
}

/** {@link createTrainer} of a family's loss, whose evidence it frees when it throws; without the bytes of the code for games. */
export function createLossTrainer<N extends string, K extends string = never, Seen = unknown>(
  options: LossTrainerOptions<N, K, Seen>,
): Trainer<N, K> {
  return trainerBy(options, lossSetup<N, Seen>, options);
}

/** {@link createTrainer} of a family's game, whose evidence it frees when it throws. */
export function createGameTrainer<N extends string, K extends string = never, Seen = unknown>(
  options: GameTrainerOptions<N, K, Seen>,
): Trainer<N, K> {
  return trainerBy(options, gameSetup<N, Seen>, options);
}

/** Frees the evidence of `owner` when it throws. */
function trainerBy<N extends string, K extends string, Seen, Options extends ModelOptions<N, K, Seen>>(
  options: Options,
  setupOf: Parameters<typeof readGame<N, K, Seen, Options>>[2],
  owner?: Pick<Options, 'evidence' | 'passingEvidence'>,
): Trainer<N, K> {
  // a function's `caller` must not be read
  const own: unknown = typeof options === 'object' ? options?.caller : undefined;
  const where = typeof own === 'string' ? own : 'createTrainer';
  try {
    warnOfCpu(where);
    return trainerOf<N, K, Seen>(readGame(where, options, setupOf));
  } catch (error) {
    tf.dispose({ ...owner?.evidence, ...owner?.passingEvidence });
    throw error;
  }
}

function trainerOf<N extends string, K extends string, Seen>(game: Game<N, K, Seen>): Trainer<N, K> {
  const { parts, players, clipNorm, accepts } = game;
  const evidence = createEvidence({ ...game.evidence, ...game.passingEvidence }, game.watch);
  const optimizers = Object.values(players).map(({ optimizer }) => optimizer);
  const run = createRunState(game);
  const buffers = Object.values(parts).flatMap((part) => part.buffers ?? []);
  const onUpdate = afterUpdate(game, run);
  const gate = createGate();
  const meansOf = createMeans<N>();
  return withClock(() => run.steps, {
    step: (batch: Batch, options: StepCallOptions = {}): Metrics<N> => {
      gate.check('step');
      run.checkAlive('step');
      const only = readPlayers(options, players);
      const examples = readBatch('step', batch);
      return gate.inStep(() => {
        const putBack = run.keep();
        const restoreEvidence = evidence.keep();
        const { end, settle, ...calls } = game.startUpdates({ players, parts, buffers, clipNorm, only, onUpdate });
        try {
          const input = { ...inputOf(examples, run.steps, run.random, evidence), ...calls, players: only };
          const metrics = ofBatch('step', examples, () => meansOf('step', game.play(input as GameStep<Seen>)));
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
        const putBack = keepValues(buffers);
        try {
          const input = inputOf(examples, run.steps, run.random.fork('evaluate'));
          return ofBatch('evaluate', examples, () => meansOf('evaluate', game.evaluate(input)));
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
    players: Object.keys(players),
    accepts,
    skipped: optimizers.map(({ skipped }) => skipped),
    evidence: evidence.variables,
    judge: (metrics: Readonly<Record<N, number>>, numbers: readonly ArrayLike<number>[] = []) =>
      game.judge?.(metrics, { ...evidence.forJudge(numbers), steps: run.steps, updates: run.updates }) ?? [],
    dispose: () => {
      gate.check('dispose');
      run.end();
      for (const optimizer of optimizers) optimizer.dispose();
      free(evidence.variables);
    },
  }) as Trainer<N, K>;
}

/** Freezes a trainer with its clock, which is not enumerable: a copy would keep the number of its moment, so it has none. */
function withClock<N extends string>(get: () => number, trainer: Trainer<N>): Trainer<N> {
  return Object.freeze(Object.defineProperty(trainer, 'steps', { get }));
}

/** The players that a step is for, if its options say so. */
function readPlayers(options: StepCallOptions, players: Game<string, string, unknown>['players']) {
  const of = Object.keys(players);
  return readOptions('step', options, { players: { is: checkPlayers, default: undefined, of } }).players;
}

/** Runs a model's work on a batch; if a network within does not accept the batch's shapes, the error is about the batch. */
function ofBatch<T>(where: string, { x, condition }: ReturnType<typeof readBatch>, work: () => T): T {
  return renameErrors(where, { batch: x, 'batch.condition': condition }, work, false);
}

/** The model's input for a batch. Without `evidence` it is an evaluation, and the watch is not called. */
function inputOf<Seen>(
  { x, condition }: ReturnType<typeof readBatch>,
  step: number,
  random: RandomStream,
  evidence?: Evidence<Seen>,
): StepInput<Seen> {
  const training = evidence !== undefined;
  const look = (show: () => Seen): void => {
    checkFunction('look', 'show', show);
    evidence?.look(show, step, x.shape[0]);
  };
  return { x, condition, step, random, options: { training, random, condition }, look };
}

/** Makes the function that follows each update of a player: it updates its averages, and counts. */
function afterUpdate(
  { players, averages }: Pick<Game<string, string, unknown>, 'players' | 'averages'>,
  run: RunState,
) {
  const moved = new Set<Variable>();
  const follow = averages.map(({ player, from, ...average }) => {
    const { mayGrowLarge } = players[player]!.optimizer;
    return { player, update: followAverage(from, average, mayGrowLarge, moved) };
  });
  return (player: string): void => {
    for (const average of follow) if (average.player === player) average.update(run.updates[player]!);
    run.countUpdate(player);
  };
}

/** Makes the function that turns metrics into new scalars, by means over examples; it throws if their names change. */
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
