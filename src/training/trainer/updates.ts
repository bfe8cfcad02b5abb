import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { record, type Recording } from '../../gradients/record.js';
import type { Part } from '../../nets/network.js';
import { flawOf, selectIfSkipped } from '../optimizers/guard.js';
import { keepValues, type PutBack } from '../optimizers/keep-values.js';
import { checkConnected } from '../optimizers/value-and-gradients.js';
import type { LossAndMetrics } from './step-input.js';
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
  const { players, buffers, only } = options;
  const passes: RecordedPass[] = [];
  const isLeftOut = (name: string): boolean => only?.includes(name) === false;
  const updateBy = updaterOf(options);
  const withoutUpdate = (f: () => Tensor): Tensor => tf.tidy(() => runAndRestore(buffers, f));
  const evaluate = <N extends string>(loss: () => LossAndMetrics<N>): LossAndMetrics<N> => evaluateLoss(loss, buffers);

  return {
    update: (name, loss) =>
      isLeftOut(name) ? evaluate(loss) : updateBy(name, () => differentiate(loss, players[name]!.part.variables)),
    pass: (name, f) => {
      if (isLeftOut(name)) return { output: withoutUpdate(f), update: evaluate };
      const player = players[name]!;
      const { part } = player;
      const putBack = keepValues(part.buffers);
      const recording = runAndRestore(othersOf(buffers, player), () => record(f));
      const recorded: RecordedPass = { recording, buffers: part.buffers, putBack, isUpdated: false };
      passes.push(recorded);
      return {
        output: recording.output,
        update: (loss) => {
          recorded.isUpdated = true;
          return updateBy(name, () => differentiateThrough(recording, loss, part), putBack);
        },
      };
    },
    withoutUpdate,
    settle: () => passes.filter(({ isUpdated }) => !isUpdated).forEach(settle),
    end: () => passes.forEach(({ recording }) => recording.free()),
  };
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
