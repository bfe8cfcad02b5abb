import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { notAsync } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { recorder } from '../../tensor/recorder.js';
import type { Part } from '../../nets/network.js';
import { clipByGlobalNorm } from '../optimizers/clip-by-global-norm.js';
import { selectIfSkipped, withFlaw } from '../optimizers/guard.js';
import { keepValues, type PutBack } from '../optimizers/keep-values.js';
import { lossGradients } from '../optimizers/value-and-gradients.js';
import type { Player } from './read-game.js';
import type { GameStep, LossAndMetrics } from './step-input.js';

/** The gradients of a loss, and all that it returned. */
export interface LossGradients<N extends string> {
  readonly gradients: Tensor[];
  readonly values: LossAndMetrics<N>;
}

/** What the updates of a step need. */
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

/** The updates of one step. */
export interface Updates extends Pick<GameStep, 'update'>, Partial<Pick<GameStep, 'pass' | 'withoutUpdate'>> {
  /** Call it at the end of a step that did not throw; it throws if no update was made, or if one of them threw. */
  settle(): void;
  /** Frees what the updates did not need. No further call is accepted. */
  end(): void;
}

/** Begins a step of a single update, that of a loss. Call it inside a tidy. */
export function startUpdate(options: UpdatesOptions): Updates {
  const { players, buffers, only } = options;
  const updateBy = updaterOf(options);
  return {
    update: (name, loss) =>
      only === undefined
        ? updateBy(name, () => differentiate(loss, players[name]!.part.variables))
        : evaluateLoss(loss, buffers),
    settle: () => undefined,
    end: () => undefined,
  };
}

/** Makes the function for one update of a player by the gradients that `find` gives; `before` restores its statistics if it is skipped. */
export function updaterOf({ players, buffers, clipNorm, onUpdate }: UpdatesOptions) {
  return <N extends string>(name: string, find: () => LossGradients<N>, before?: PutBack): LossAndMetrics<N> =>
    tf.tidy(() => {
      const player = players[name]!;
      const putBack = before ?? keepValues(player.part.buffers);
      const { gradients, values } = runAndRestore(othersOf(buffers, player), find);
      applyUpdate(player, gradients, putBack, clipNorm);
      onUpdate(name);
      return values;
    });
}

/** The values of a loss without an update. */
export function evaluateLoss<N extends string>(
  loss: () => LossAndMetrics<N>,
  buffers: readonly Variable[],
): LossAndMetrics<N> {
  return tf.tidy(() => runAndRestore(buffers, () => copiesOf<N>(Object.entries<Tensor>(loss()))));
}

/** The statistics that are not the player's. */
export function othersOf(buffers: readonly Variable[], { part }: Player): Variable[] {
  return buffers.filter((buffer) => !part.buffers.includes(buffer));
}

/** Runs work, then restores these statistics. */
export function runAndRestore<T>(buffers: readonly Variable[], work: () => T): T {
  const putBack = keepValues(buffers);
  const result = work();
  putBack();
  return result;
}

/** Updates a part along gradients. If the update is skipped, its statistics are restored, on the device. */
function applyUpdate(
  { part, optimizer }: Player,
  found: readonly Tensor[],
  putBack: PutBack,
  clipNorm: number | undefined,
): void {
  const skippedBefore = part.buffers.length > 0 ? tf.clone(optimizer.skipped) : undefined;
  const gradients = withFlaw(found, part.buffers);
  // processes average gradients before anything is computed from their norm
  recorder()?.together(gradients);
  optimizer.observe?.(gradients);
  const clipped = clipNorm === undefined ? gradients : clipByGlobalNorm(gradients, clipNorm);
  const applied: unknown = optimizer.apply(clipped, part.variables);
  if (notAsync(applied)) throw wrongKind('step', 'optimizer.apply', 'must not be async', { got: applied });
  if (skippedBefore !== undefined) {
    putBack(selectIfSkipped(skippedBefore, optimizer.skipped));
  }
}

/** The gradients of a loss, also in those of `others` that it depends on, and copies of all that it returned. */
export function differentiate<N extends string>(
  loss: () => LossAndMetrics<N>,
  xs: readonly Tensor[],
  others: readonly Tensor[] = [],
): LossGradients<N> {
  const kept: [string, Tensor][] = [];
  try {
    const { gradients } = lossGradients(
      'step',
      () => {
        const values = loss();
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

export function copiesOf<N extends string>(values: readonly (readonly [string, Tensor])[]): LossAndMetrics<N> {
  return Object.fromEntries(values.map(([name, value]) => [name, tf.clone(value)])) as LossAndMetrics<N>;
}
