import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Part } from '../../nets/network.js';
import { checkShape, checkTensor, notAsync } from '../../tensor/checks.js';
import { notAwaited, wrongKind } from '../../tensor/errors.js';
import { free, readNumbers } from '../../tensor/lost-backend.js';
import { noteOf } from '../../tensor/made-by.js';
import type { Batch } from '../data/batch.js';
import type { Json } from '../json.js';
import type { Observer } from '../observer.js';
import type { StepInput } from './step-input.js';

/** The named numbers of one update or evaluation, scalars on the device; the caller disposes them. */
export type Metrics<N extends string = string> = Readonly<Record<N, Scalar>>;

/** Everything that a trainer changes, and that must be saved for a run to continue. */
export interface TrainerState {
  /** Live handles under structural names such as `encoder.0`; the caller does not dispose them. */
  readonly variables: Readonly<Record<string, Variable>>;
  /** Counters and states of random streams. */
  readonly plain: Json;
  /** What the run is made of: its optimizers, objectives and numbers. A checkpoint describes them, and a load compares them. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** Explains why a resumed run would not be bit-identical; if present, no checkpoint is written. */
  readonly notResumable?: string | undefined;
}

/** Options of {@link Trainer.step}. */
export interface StepCallOptions {
  /**
   * The players of a game that are updated in this step, whatever the game would decide: `['discriminator']`, `['generator']`, or both.
   * The others stay the same, bit for bit. By default the game decides.
   */
  readonly players?: readonly string[] | undefined;
  /**
   * Called once within the step, with a function that returns the values which the model passes to `look`, and with the step's examples.
   * {@link train} uses it for the observers of a run. Its operations are not recorded for gradients; tensors that outlive the step need
   * `tf.keep`. By default nothing is called.
   */
  readonly look?: ((show: () => unknown, at: Pick<StepInput, 'x' | 'condition' | 'step'>) => void) | undefined;
}

/**
 * Trains one model, one update at a time. The loop is yours; {@link train} and {@link fit} are ready-made ones.
 *
 * `N` is the type of its metrics' names.
 */
export interface Trainer<N extends string = string> {
  /** Makes one update; in a game, one of each player, or of those that the options name. If it throws, nothing has changed. */
  step(batch: Batch, options?: StepCallOptions): Metrics<N>;
  /** The same metrics without an update: no state changes, and the noise is the same at every call. */
  evaluate(batch: Batch): Metrics<N>;
  /**
   * Makes a batch ready for `step` or `evaluate` if this must wait for the device, as with the coupling of a diffusion trainer. Resolves to
   * new tensors, which the caller disposes. `index` is `trainer.steps` before a step; an evaluation counts its batches from 0. {@link train}
   * and {@link fit} call it.
   */
  readonly prepare?: ((batch: Batch, index: number) => Promise<Batch>) | undefined;
  /** Every variable, moment, average, counter and random state. */
  readonly state: TrainerState;
  /**
   * Restores the `plain` part of the state of an identical trainer; throws before anything has changed. A trainer without it
   * can be saved but cannot resume from a checkpoint.
   */
  readonly restore?: ((plain: Json) => void) | undefined;
  /** Steps since the trainer was first made, across checkpoints; reports give it as `totalSteps`. */
  readonly steps?: number | undefined;
  /**
   * Counts of updates that were skipped because of a number that is not finite, on the device, by the name of the player, which is
   * `optimizer` for a model with a loss. The options of a step may choose some of these players.
   */
  readonly skipped?: Readonly<Record<string, Variable>> | undefined;
  /** The observers of each of its runs. */
  readonly observers?: readonly Observer[] | undefined;
  /** Frees the moments only; parts, the targets of averages and data stay. */
  dispose(): void;
}

/**
 * Reads metrics from the device, then disposes them.
 *
 * @param metrics - the result of {@link Trainer.step} or {@link Trainer.evaluate}
 * @returns the same names with numbers
 * @example
 * ```ts
 * const { loss } = await readMetrics(trainer.step(x));
 * ```
 */
export async function readMetrics<N extends string>(metrics: Metrics<N>): Promise<Record<N, number>> {
  const names = Object.keys(metrics ?? {}) as N[];
  checkMetrics('readMetrics', metrics, names);
  const values = await readScalars(names.map((name) => metrics[name]));
  return Object.fromEntries(names.map((name, i) => [name, values[i]!])) as Record<N, number>;
}

/** Throws unless `metrics` is a record of tensors, and those named in `scalars` hold one number each. */
export function checkMetrics(
  where: string,
  metrics: Readonly<Record<string, Tensor>>,
  scalars: readonly string[] = [],
): void {
  const names = Object.keys(metrics ?? {});
  if (names.length === 0 || (metrics as unknown as Tensor).dataId !== undefined) {
    const fix = where === 'readMetrics' ? notAwaited(metrics) : notAsync(metrics);
    throw wrongKind(where, 'metrics', 'must be a record of scalars, such as { loss }', { got: metrics, fix });
  }
  for (const name of [...names, ...scalars]) checkTensor(where, `metrics.${name}`, metrics[name]);
  for (const name of scalars) {
    if (metrics[name]!.size !== 1)
      checkShape(where, `metrics.${name}`, metrics[name]!, [], 'Take its mean: tf.mean(...).');
  }
}

/** Reads scalars in one transfer, then disposes them. */
export async function readScalars(scalars: readonly Tensor[]): Promise<number[]> {
  const all = tf.tidy(() => inOneRow(scalars));
  try {
    const [numbers] = await readNumbers('readMetrics', [all]);
    return Array.from(numbers!);
  } finally {
    free([all, ...scalars]);
  }
}

/** A row of scalars of any types, as floats. */
export function inOneRow(scalars: readonly Tensor[]): Tensor {
  return tf.stack(scalars.map((one) => tf.reshape(one.dtype === 'float32' ? one : tf.cast(one, 'float32'), [])));
}

/** The variables and buffers of parts under structural names: `encoder.0`, `encoder.1`, ... */
export function structuralNames(parts: Readonly<Record<string, readonly Variable[]>>): Record<string, Variable> {
  const entries = Object.entries(parts).flatMap(([name, variables]) =>
    variables.map((variable, i): [string, Variable] => [`${name}.${i}`, variable]),
  );
  return Object.fromEntries(entries);
}

/**
 * The saved variables of a part: its variables, then its buffers, each once. Frozen variables of a network that is not frozen as a whole keep
 * their places.
 */
export function savedVariables({ variables, buffers = [] }: Part): Variable[] {
  const own = new Set([...variables, ...buffers]);
  const all = [...own].flatMap((variable) => (noteOf(variable)?.among as readonly Variable[] | undefined) ?? variable);
  return [...new Set(all)].filter((variable) => own.has(variable));
}

/** Several parts as one part, whose variables, each once, an optimizer updates. It owns nothing. */
export function partOf(...parts: readonly Part[]): Part & { readonly buffers: readonly Variable[] } {
  return {
    variables: [...new Set(parts.flatMap(({ variables }) => variables))],
    buffers: [...new Set(parts.flatMap(({ buffers }) => buffers ?? []))],
    dispose: () => undefined,
  };
}
