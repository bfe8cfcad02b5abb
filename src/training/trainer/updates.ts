import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { record, type Recording } from '../../gradients/index.js';
import type { Part } from '../../nets/network.js';
import { checkFunction, checkGiven, checkResult, checkTensor } from '../../tensor/checks.js';
import { outOfRange, unusable } from '../../tensor/errors.js';
import { clipByGlobalNorm } from '../optimizers/clip-by-global-norm.js';
import { choose, flawOf } from '../optimizers/guard.js';
import { keepValues, type PutBack } from '../optimizers/keep-values.js';
import { checkConnected, lossGradients } from '../optimizers/value-and-gradients.js';
import type { Player } from './read-game.js';
import { createTurns } from './turns.js';
import type { GameStep, GamePass, WithLoss } from './step-input.js';

/** The updates of one step. */
export interface Updates extends Pick<GameStep, 'update' | 'pass' | 'still'> {
  /** Call it at the end of a step that did not throw; it throws if no update was made, or if one of them threw. */
  settle(): void;
  /** Frees the passes whose gradients were not needed. No further call is accepted. */
  end(): void;
}

/** A recorded pass, and what restores the part's statistics from before it. */
interface RecordedPass {
  readonly recording: Recording;
  readonly buffers: readonly Variable[];
  readonly putBack: PutBack;
  isUpdated: boolean;
}

/** The gradients of a loss, and all that it returned. */
interface Found<N extends string> {
  readonly gradients: Tensor[];
  readonly values: WithLoss<N>;
}

/** What {@link startUpdates} needs. */
export interface UpdatesOptions {
  readonly players: Readonly<Record<string, Player>>;
  /** All parts, trained or not. */
  readonly parts: Readonly<Record<string, Part>>;
  /** Their statistics. */
  readonly buffers: readonly Variable[];
  /** The gradients are scaled down to this global norm. */
  readonly clipNorm: number | undefined;
  /** The players that are updated; all by default. */
  readonly only?: readonly string[] | undefined;
  /** Called after each update of a player. */
  readonly onUpdate: (player: string) => void;
}

/** Begins a step. Call it inside a tidy. */
export function startUpdates({ players, parts, buffers, clipNorm, only, onUpdate }: UpdatesOptions): Updates {
  const passes: RecordedPass[] = [];
  const turns = createTurns(parts);
  const others = (part: Player['part']) => buffers.filter((buffer) => !part.buffers.includes(buffer));

  /** One update of a player, by the gradients that `find` gives; `before` restores its statistics if the update is skipped. */
  const updateBy = <N extends string>(name: string, find: () => Found<N>, before?: PutBack): WithLoss<N> => {
    const player = playerOf(players, 'update', name);
    const { part } = player;
    return turns.take('update', name, part.variables, () =>
      tf.tidy(() => {
        const putBack = before ?? keepValues(part.buffers);
        const { gradients, values } = alone(others(part), find);
        move(player, gradients, putBack, clipNorm);
        onUpdate(name);
        return values;
      }),
    );
  };

  const still = (f: () => Tensor): Tensor => {
    turns.checkNotOver('still');
    return tf.tidy(() => alone(buffers, () => callOf('still', f)));
  };

  const look = <N extends string>(loss: () => WithLoss<N>): WithLoss<N> => {
    turns.checkNotOver('update');
    return lookAt(loss, buffers);
  };
  const update = <N extends string>(name: string, loss: () => WithLoss<N>): WithLoss<N> => {
    const { part } = playerOf(players, 'update', name);
    return only?.includes(name) === false ? look(loss) : updateBy(name, () => differentiate(loss, part.variables));
  };

  const pass = (name: string, f: () => Tensor): GamePass => {
    const { part } = playerOf(players, 'pass', name);
    if (only?.includes(name) === false) return { output: still(f), update: look };
    const recorded = turns.take('pass', name, part.variables, (): RecordedPass => {
      const putBack = keepValues(part.buffers);
      const recording = alone(others(part), () => record(() => callOf('pass', f)));
      return { recording, buffers: part.buffers, putBack, isUpdated: false };
    });
    passes.push(recorded);
    const find = <N extends string>(loss: () => WithLoss<N>): Found<N> => {
      if (recorded.isUpdated) throw unusable('update', 'pass', 'must have one update', { seen: 'a second one' });
      recorded.isUpdated = true;
      return differentiateThrough(recorded.recording, loss, part);
    };
    return {
      output: recorded.recording.output,
      update: (loss) => updateBy(name, () => find(loss), recorded.putBack),
    };
  };

  return {
    update,
    pass,
    still,
    settle: () => {
      turns.settle();
      passes.filter(({ isUpdated }) => !isUpdated).forEach(settle);
    },
    end: () => {
      turns.end();
      passes.forEach(({ recording }) => recording.free());
    },
  };
}

/** Runs work, then restores these statistics. */
function alone<T>(buffers: readonly Variable[], work: () => T): T {
  const putBack = keepValues(buffers);
  const result = work();
  putBack();
  return result;
}

/** Calls a user's function; throws unless it returns a tensor. */
function callOf(where: string, f: () => Tensor): Tensor {
  checkFunction(where, 'f', f);
  const output = f();
  checkResult(where, 'f()', output);
  return output;
}

/** Updates a part. If the update is skipped, its statistics are restored, on the device. */
function move(
  { part, optimizer }: Player,
  found: readonly Tensor[],
  putBack: PutBack,
  clipNorm: number | undefined,
): void {
  const skippedBefore = part.buffers.length > 0 ? tf.clone(optimizer.skipped) : undefined;
  const gradients = blame(found, part.buffers);
  optimizer.observe?.(gradients);
  optimizer.apply(clipNorm === undefined ? gradients : clipByGlobalNorm(gradients, clipNorm), part.variables);
  if (skippedBefore !== undefined) {
    unless(tf.cast(tf.equal(skippedBefore, optimizer.skipped), 'float32'), putBack);
  }
}

function playerOf(players: UpdatesOptions['players'], where: string, name: string): Player {
  const player = players[name];
  if (player !== undefined) return player;
  const rule = `must be one of the trainer's optimizers: ${Object.keys(players).join(', ')}`;
  throw outOfRange(where, 'part', rule, { got: name });
}

/** Restores statistics that are not finite after a pass without an update. */
function settle({ buffers, putBack }: RecordedPass): void {
  const flaw = flawOf(buffers);
  if (flaw !== undefined) unless(tf.cast(tf.isFinite(flaw), 'float32'), putBack);
}

/** Restores what was kept where the scalar `on` is 0. */
function unless(on: Tensor, putBack: PutBack): void {
  putBack((now, kept) => choose(on, now, kept));
}

/**
 * Gradients that make an optimizer skip the update if a statistic is no longer finite, even if the gradients are: a batch of huge
 * numbers is normalized, and its variance overflows. The smallest gradient becomes NaN.
 */
function blame(gradients: readonly Tensor[], buffers: readonly Variable[]): readonly Tensor[] {
  const flaw = flawOf(buffers);
  if (flaw === undefined) return gradients;
  const least = Math.min(...gradients.map(({ size }) => size));
  const place = gradients.findIndex(({ size }) => size === least);
  return gradients.map((gradient, i) => (i === place ? tf.add(gradient, flaw) : gradient));
}

/** The gradients of a loss of a recorded pass in the part's variables, which the loss may also use directly. */
function differentiateThrough<N extends string>(
  { output, pullBack }: Recording,
  loss: () => WithLoss<N>,
  { variables }: Part,
): Found<N> {
  const {
    gradients: [slope, ...direct],
    values,
  } = differentiate(loss, [output], variables);
  const found = pullBack(slope!, variables).map((pulled, i) => {
    const beside = direct[i];
    return pulled && beside ? tf.add(pulled, beside) : (pulled ?? beside ?? null);
  });
  return { gradients: checkConnected('update', found, variables), values };
}

/** The gradients of a loss, also in those of `others` that it depends on, and copies of all that it returned. */
function differentiate<N extends string>(
  loss: () => WithLoss<N>,
  xs: readonly Tensor[],
  others: readonly Tensor[] = [],
): Found<N> {
  checkFunction('update', 'loss', loss);
  const kept: [string, Tensor][] = [];
  try {
    const { gradients } = lossGradients(
      'step',
      () => {
        const values = valuesOf(loss);
        // the tape's own tidy would free them
        for (const [name, value] of Object.entries<Tensor>(values)) kept.push([name, tf.keep(tf.clone(value))]);
        return values.loss;
      },
      xs,
      others,
    );
    return { gradients, values: copiesOf<N>(kept) };
  } finally {
    tf.dispose(kept.map(([, value]) => value));
  }
}

/** The values of a loss whose player is left out of the step. */
function lookAt<N extends string>(loss: () => WithLoss<N>, buffers: readonly Variable[]): WithLoss<N> {
  checkFunction('update', 'loss', loss);
  return tf.tidy(() => alone(buffers, () => copiesOf<N>(Object.entries<Tensor>(valuesOf(loss)))));
}

/** What a loss returns; throws unless these are tensors, and `loss` is among them. */
function valuesOf<N extends string>(loss: () => WithLoss<N>): WithLoss<N> {
  const values = loss();
  if (values !== undefined) checkGiven('step', 'loss', values, '{ loss }');
  checkTensor('step', 'loss', (values as Partial<WithLoss<N>> | undefined)?.loss);
  for (const [name, value] of Object.entries<Tensor>(values)) checkTensor('step', name, value);
  return values;
}

function copiesOf<N extends string>(values: readonly (readonly [string, Tensor])[]): WithLoss<N> {
  return Object.fromEntries(values.map(([name, value]) => [name, tf.clone(value)])) as WithLoss<N>;
}
