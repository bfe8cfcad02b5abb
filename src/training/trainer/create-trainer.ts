import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import { warnOfCpu } from '../../backend/chosen-backend.js';
import { gradientDepth, withoutTape } from '../../gradients/tape.js';
import { checkFunction } from '../../tensor/checks.js';
import { unusable } from '../../tensor/errors.js';
import { readOptions } from '../../tensor/options.js';
import { renameErrors } from '../../tensor/rename-errors.js';
import { readBatch, type Batch } from '../data/batch.js';
import type { Json } from '../json.js';
import { keepValues } from '../optimizers/keep-values.js';
import { followAverage } from './average.js';
import { checkedKind, readModel } from './check-model.js';
import { checkPlayers } from './check-players.js';
import { gameKind, lossKind, readGame, type Game, type ModelKind } from './read-game.js';
import { createRunState, type RunState } from './run-state.js';
import type { GameStep } from './step-input.js';
import type { Metrics, StepCallOptions, Trainer } from './trainer.js';
import type { GameTrainerOptions, LossTrainerOptions } from './trainer-options.js';

/**
 * A trainer for any model. The model provides the mathematics: a loss, or a game of several updates per step. The trainer provides what all
 * models share: it counts steps, draws from one stream, skips updates that would bring in a number that is not finite, keeps averages,
 * names all variables for checkpoints, and restores everything when a step throws.
 *
 * @param options - see {@link LossTrainerOptions} and {@link GameTrainerOptions}
 * @returns a trainer with the metrics that the model returns. It does not own parts or averages; dispose them yourself.
 * @throws TypeError or RangeError if an option is wrong; a `step` that throws changes nothing
 * @remarks A checkpoint holds the variables as `PART.0`, `PART.1`, ... (variables, then buffers), moments as `optimizer.0` or
 * `PARTOptimizer.0`, averages as `averagePART.0`. `checkTrainer` in `/testing` checks that a model obeys the laws
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
export function createTrainer<N extends string>(options: LossTrainerOptions<N>): Trainer<N>;
export function createTrainer<N extends string>(options: GameTrainerOptions<N>): Trainer<N>;
export function createTrainer<N extends string>(options: LossTrainerOptions<N> | GameTrainerOptions<N>): Trainer<N> {
  const where = 'createTrainer';
  warnOfCpu(where);
  const read = readModel(where, options);
  return makeTrainer<N>(where, read, checkedKind(read.play === undefined ? lossKind : gameKind));
}

/** {@link createTrainer} of the public function `where`, for one kind of models of this library, which are as they should be. */
export function trainerBy<N extends string>(
  where: string,
  options: LossTrainerOptions<N> | GameTrainerOptions<N>,
  kind: ModelKind,
): Trainer<N> {
  warnOfCpu(where);
  return makeTrainer<N>(where, options, kind);
}

function makeTrainer<N extends string>(where: string, options: object, kind: ModelKind): Trainer<N> {
  const game = readGame<N>(where, options, kind);
  const { parts, players, prepare } = game;
  const optimizers = Object.values(players).map(({ optimizer }) => optimizer);
  const run = createRunState(game);
  const buffers = Object.values(parts).flatMap((part) => part.buffers ?? []);
  const play = createPlay(game, run, { buffers, kind });
  let isInStep = false;

  return withSteps(() => run.steps, {
    step: (batch: Batch, options: StepCallOptions = {}): Metrics<N> => {
      checkOutside('step', isInStep);
      run.checkAlive('step');
      const read = readOptions('step', options, {
        players: { is: checkPlayers, default: undefined, of: Object.keys(players) },
        look: { is: checkFunction, default: undefined },
      });
      const examples = readBatch('step', batch, 'batch', game.dtype);
      return tf.tidy(() => {
        const putBack = run.keep();
        isInStep = true;
        try {
          const metrics = play('step', examples, read);
          run.countStep();
          return metrics;
        } catch (error) {
          putBack();
          throw error;
        } finally {
          isInStep = false;
        }
      });
    },
    evaluate: (batch: Batch): Metrics<N> => {
      run.checkAlive('evaluate');
      const examples = readBatch('evaluate', batch, 'batch', game.dtype);
      return tf.tidy(() => {
        const putBack = keepValues(buffers);
        try {
          return play('evaluate', examples, { players: [] });
        } finally {
          putBack();
        }
      });
    },
    ...(prepare && { prepare }),
    get state() {
      return run.read();
    },
    restore: (plain: Json) => {
      checkOutside('restore', isInStep);
      run.restore(plain);
    },
    skipped: Object.fromEntries(Object.entries(players).map(([name, { optimizer }]) => [name, optimizer.skipped])),
    observers: [...game.observers, ...optimizers.flatMap(({ observers = [] }) => observers)],
    dispose: () => {
      checkOutside('dispose', isInStep);
      run.end();
      for (const optimizer of optimizers) optimizer.dispose();
    },
  });
}

/** Rejects calls that would change a trainer during its own step, and steps inside a gradient call. */
function checkOutside(called: string, isInStep: boolean): void {
  if (!isInStep && (called !== 'step' || gradientDepth() === 0)) return;
  const seen = `a call inside of ${isInStep ? 'its own step' : 'a gradient call'}`;
  throw unusable(called, 'trainer', 'must be called from outside', { seen });
}

/**
 * Makes the function that runs the model on a batch: in a step, it updates the players that its options name, or all; in an evaluation,
 * none.
 */
function createPlay<N extends string>(
  game: Game<N>,
  run: RunState,
  { buffers, kind }: { readonly buffers: readonly Variable[]; readonly kind: ModelKind },
) {
  const { parts, players, clipNorm } = game;
  const onUpdate = afterUpdate(game, run);
  return (
    called: 'step' | 'evaluate',
    { x, condition, conditions }: ReturnType<typeof readBatch>,
    { players: only, look }: StepCallOptions,
  ): Metrics<N> => {
    const training = called === 'step';
    const random = training ? run.random : run.random.fork(called);
    const { end, settle, ...calls } = kind.startUpdates({ players, parts, buffers, clipNorm, only, onUpdate });
    const at = { x, condition, step: run.steps };
    let isShown = look === undefined;
    const show = (shown: () => unknown): void => {
      checkFunction('look', 'show', shown);
      if (look !== undefined) withoutTape(() => look(shown, at));
      isShown = true;
    };
    const input = {
      ...at,
      random,
      options: { training, random, condition, ...(conditions && { conditions }) },
      look: show,
      players: only,
      ...calls,
    };
    try {
      // an error about shapes is about the batch
      const shapes = { batch: x, 'batch.condition': condition };
      const metrics = renameErrors(called, shapes, () => meansOf(game.play(input as GameStep)), false);
      if (training) settle();
      if (!isShown) show(() => ({}));
      return metrics;
    } finally {
      end();
    }
  };
}

/** Freezes a trainer with a getter of its steps. It is not enumerable: in a spread copy, it would be a number that never changes. */
function withSteps<N extends string>(get: () => number, trainer: Trainer<N>): Trainer<N> {
  return Object.freeze(Object.defineProperty(trainer, 'steps', { get }));
}

/** Makes the function that follows each update of a player: it updates its averages, and counts. */
function afterUpdate({ players, averages }: Pick<Game<string>, 'players' | 'averages'>, run: RunState) {
  const followed = new Set<Variable>();
  const follow = averages.map(({ player, from, ...average }) => {
    const { mayGrowLarge } = players[player]!.optimizer;
    return { player, update: followAverage(from, average, mayGrowLarge, followed) };
  });
  return (player: string): void => {
    for (const average of follow) if (average.player === player) average.update(run.updates[player]!);
    run.countUpdate(player);
  };
}

/** Metrics as new scalars, by means over examples. */
function meansOf<N extends string>(metrics: Readonly<Record<N, Tensor>>): Metrics<N> {
  const entries = Object.entries<Tensor>(metrics).map(([name, value]) => {
    const numbers = value.dtype === 'float32' ? value : tf.cast(value, 'float32');
    return [name, numbers.rank === 0 ? tf.clone(numbers) : tf.mean(numbers)] as const;
  });
  return Object.fromEntries(entries) as Record<N, Scalar>;
}
