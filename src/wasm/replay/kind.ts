import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { afterUpdates, COUNTS } from '../../record/after-updates.js';
import { keepValues } from '../../training/optimizers/keep-values.js';
import type { Metrics, Trainer } from '../../training/trainer/trainer.js';
import { differenceOf } from './compare-traces.js';
import { changeBetween, type Change } from './counts.js';
import type { Backend } from './facade.js';
import { makePlan, type Plan } from './plan.js';
import { traceStep, type StepTrace } from './trace-step.js';

/** The steps of one kind: with inputs of the same shapes and types. */
export interface Kind<N extends string> {
  /** What a step adds to counts; known once steps are replayed. */
  readonly change: Change | undefined;
  /** Why such steps are made as usual. */
  readonly refusal: string | undefined;
  /** Replays a step; undefined if it has to be made as usual, and nothing has changed. */
  replay(inputs: readonly Tensor[]): Metrics<N> | undefined;
  /** Makes a step as usual, and plans later ones from it. */
  step(inputs: readonly Tensor[], work: () => Metrics<N>): Metrics<N>;
  free(): void;
}

/** So many steps may differ from the one before, and a plan may be useless so often, before there is no further attempt. */
const ATTEMPTS = 4;

export function createKind<N extends string>(trainer: Trainer<N>): Kind<N> {
  let previous: StepTrace | undefined;
  let plan: Plan | undefined;
  let change: Change | undefined;
  let refusal: string | undefined;
  let attempts = 0;
  const free = (): void => {
    plan?.free();
    plan = undefined;
  };

  /** Another step like this one, which then has not happened, if the trainer had made so many. */
  const differenceAfter = (count: number, trace: StepTrace, inputs: readonly Tensor[], work: () => Metrics<N>) => {
    const { variables, plain } = trainer.state;
    const all = Object.values(variables);
    return tf.tidy(() => {
      const putBack = keepValues(all);
      try {
        trainer.restore!(afterUpdates(plain, count));
        const other = traceStep({ variables: all, inputs, step: work });
        return other.trace.refusal ?? differenceOf(trace, other.trace);
      } finally {
        putBack();
        trainer.restore!(plain);
      }
    });
  };
  const planFrom = (trace: StepTrace, inputs: readonly Tensor[], work: () => Metrics<N>): void => {
    for (const count of COUNTS) refusal ??= differenceAfter(count, trace, inputs, work);
    if (refusal !== undefined) return;
    try {
      const backend = tf.backend() as unknown as Backend;
      plan = makePlan({ backend, variables: Object.values(trainer.state.variables), inputs, trace });
    } catch (error) {
      refusal = error instanceof Error ? error.message : String(error);
    }
  };

  return {
    get change() {
      return change;
    },
    get refusal() {
      return refusal;
    },
    replay(inputs) {
      const metrics = plan?.run(inputs);
      if (plan !== undefined && metrics === undefined) {
        free();
        previous = undefined;
        if (++attempts > ATTEMPTS) refusal = 'its variables or their numbers are used elsewhere';
      }
      return metrics as Metrics<N> | undefined;
    },
    step(inputs, work) {
      if (refusal !== undefined) return work();
      const { variables, plain } = trainer.state;
      const { result, trace } = traceStep({ variables: Object.values<Variable>(variables), inputs, step: work });
      change = changeBetween(plain, trainer.state.plain);
      if (change === undefined) refusal = 'a step changes more than counts';
      refusal ??= trace.refusal;
      if (refusal !== undefined) return result;
      const difference = previous === undefined ? 'it is the first' : differenceOf(previous, trace);
      previous = trace;
      if (difference === undefined) planFrom(trace, inputs, work);
      else if (++attempts > ATTEMPTS) refusal = difference;
      return result;
    },
    free,
  };
}
