import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { record, type Recording } from '../../gradients/record.js';
import type { Part } from '../../nets/network.js';
import { checkFunction, checkResult } from '../../tensor/checks.js';
import { outOfRange, unusable } from '../../tensor/errors.js';
import { selectIfSkipped, flawOf } from '../optimizers/guard.js';
import { keepValues, type PutBack } from '../optimizers/keep-values.js';
import { checkConnected } from '../optimizers/value-and-gradients.js';
import { createCallOrder } from './call-order.js';
import type { Player } from './read-game.js';
import type { GamePass, LossAndMetrics } from './step-input.js';
import {
  differentiate,
  evaluateLoss,
  othersOf,
  runAndRestore,
  updaterOf,
  type LossGradients,
  type Updates,
  type UpdatesOptions,
} from './update-player.js';

/** A recorded pass, and what restores the part's statistics from before it. */
interface RecordedPass {
  readonly recording: Recording;
  readonly buffers: readonly Variable[];
  readonly putBack: PutBack;
  isUpdated: boolean;
}

/** Begins a step of a game. Call it inside a tidy; its `end` frees the passes whose gradients were not needed. */
export function startUpdates(options: UpdatesOptions): Updates {
  const { players, parts, buffers, only } = options;
  const passes: RecordedPass[] = [];
  const order = createCallOrder(parts);
  const isLeftOut = (name: string): boolean => only?.includes(name) === false;

  const updateOne = updaterOf(options);
  const updateBy = <N extends string>(
    name: string,
    find: () => LossGradients<N>,
    before?: PutBack,
  ): LossAndMetrics<N> => order.run('update', name, players[name]!.part.variables, () => updateOne(name, find, before));

  const withoutUpdate = (f: () => Tensor): Tensor => {
    order.checkNotOver('withoutUpdate');
    return tf.tidy(() => runAndRestore(buffers, () => callOf('withoutUpdate', f)));
  };
  const evaluate = <N extends string>(loss: () => LossAndMetrics<N>): LossAndMetrics<N> => {
    order.checkNotOver('update');
    return evaluateLoss(loss, buffers);
  };

  const update = <N extends string>(name: string, loss: () => LossAndMetrics<N>): LossAndMetrics<N> => {
    const { part } = playerOf(players, 'update', name);
    return isLeftOut(name) ? evaluate(loss) : updateBy(name, () => differentiate(loss, part.variables));
  };

  const pass = (name: string, f: () => Tensor): GamePass => {
    const player = playerOf(players, 'pass', name);
    const { part } = player;
    if (isLeftOut(name)) return { output: withoutUpdate(f), update: evaluate };
    const recorded = order.run('pass', name, part.variables, (): RecordedPass => {
      const putBack = keepValues(part.buffers);
      const recording = runAndRestore(othersOf(buffers, player), () => record(() => callOf('pass', f)));
      return { recording, buffers: part.buffers, putBack, isUpdated: false };
    });
    passes.push(recorded);
    const find = <N extends string>(loss: () => LossAndMetrics<N>): LossGradients<N> => {
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
    withoutUpdate,
    settle: () => {
      order.settle();
      passes.filter(({ isUpdated }) => !isUpdated).forEach(settle);
    },
    end: () => {
      order.end();
      passes.forEach(({ recording }) => recording.free());
    },
  };
}

/** Calls a user's function; throws unless it returns a tensor. */
function callOf(where: string, f: () => Tensor): Tensor {
  checkFunction(where, 'f', f);
  const output = f();
  checkResult(where, 'f()', output);
  return output;
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
  if (flaw !== undefined) putBack(selectIfSkipped(tf.cast(tf.isFinite(flaw), 'float32')));
}

/** The gradients of a loss of a recorded pass in the part's variables, which the loss may also use directly. */
function differentiateThrough<N extends string>(
  { output, pullBack }: Recording,
  loss: () => LossAndMetrics<N>,
  { variables }: Part,
): LossGradients<N> {
  const {
    gradients: [slope, ...direct],
    values,
  } = differentiate(loss, [output], variables);
  const found = pullBack(slope!, variables).map((pulled, i) => {
    const other = direct[i];
    return pulled && other ? tf.add(pulled, other) : (pulled ?? other ?? null);
  });
  return { gradients: checkConnected('update', found, variables), values };
}
