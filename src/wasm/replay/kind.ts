import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { afterUpdates } from '../../record/after-updates.js';
import type { Json } from '../../training/json.js';
import { keepValues } from '../../training/optimizers/keep-values.js';
import type { Metrics, Trainer } from '../../training/trainer/trainer.js';
import { bind, type CountedTrace } from './bind.js';
import { compareTraces, type Place } from './compare-traces.js';
import { changeBetween, type Change } from './counts.js';
import type { Backend } from './facade.js';
import { makePlan, type Plan } from './plan.js';
import { countIn, sourcesOf, turnOf, type Source } from './sources.js';
import { traceStep } from './trace-step.js';

/** The steps of one kind: with inputs of the same shapes and types. */
export interface Kind<N extends string> {
  /** What a step adds to counts; known once steps are replayed. */
  readonly change: Change | undefined;
  /** Why such steps are made as usual. */
  readonly refusal: string | undefined;
  /** Replays a step; undefined if it has to be made as usual, and nothing has changed. `plain` gives the state of the trainer before it. */
  replay(inputs: readonly Tensor[], plain: () => Json): Metrics<N> | undefined;
  /** Makes a step as usual, and plans later ones from it. */
  step(inputs: readonly Tensor[], work: () => Metrics<N>): Metrics<N>;
  free(): void;
}

/** So many plans may be useless before there is no other. */
const ATTEMPTS = 4;
/** How many steps later a step must still be the same. */
const LATER = [1, 2, 3, 5, 7, 1117, 1000003] as const;

/** A number that was the same in all steps that were compared. */
interface Watched {
  readonly source: Source;
  readonly number: number;
}

// eslint-disable-next-line max-lines-per-function -- closures over what is known of one kind of steps
export function createKind<N extends string>(trainer: Trainer<N>): Kind<N> {
  let previous: CountedTrace | undefined;
  let plan: Plan | undefined;
  let change: Change | undefined;
  let refusal: string | undefined;
  let watched: readonly Watched[] = [];
  let attempts = 0;
  /** Steps that are made before the next attempt, and by how many they become more. */
  let [wait, longer] = [0, 1];
  const free = (): void => {
    plan?.free();
    plan = undefined;
  };

  /** The trace of a step like this one, which then has not happened, if the trainer had made so many. */
  const traceAfter = (count: number, inputs: readonly Tensor[], work: () => Metrics<N>): CountedTrace => {
    const { variables, plain } = trainer.state;
    const all = Object.values(variables);
    return tf.tidy(() => {
      const putBack = keepValues(all);
      try {
        const state = afterUpdates(plain, count);
        trainer.restore!(state);
        return { trace: traceStep({ variables: all, inputs, step: work }).trace, plain: state };
      } finally {
        putBack();
        trainer.restore!(plain);
      }
    });
  };
  /** Plans steps like this one; returns why it cannot. */
  const planFrom = (now: CountedTrace, inputs: readonly Tensor[], work: () => Metrics<N>): string | undefined => {
    const { settings, plain, variables } = trainer.state;
    const steps = [previous!, now];
    const from = countIn(now.plain, 'steps');
    const turn = turnOf(settings, from);
    for (const offset of LATER) {
      let count = from + offset;
      while (turnOf(settings, count) !== turn && count < from + 2 * offset + 64) count++;
      steps.push(traceAfter(count, inputs, work));
    }
    const places = new Map<string, Place>();
    for (const { trace } of steps) {
      const { difference, changed } = compareTraces(now.trace, trace);
      if (trace.refusal ?? difference) return trace.refusal ?? difference;
      for (const place of changed) places.set(JSON.stringify(place), place);
    }
    const sources = sourcesOf({ settings, plain });
    const bindings = bind([...places.values()], sources, steps);
    if (bindings === undefined) return 'the host gives it other numbers';
    watched = sources.flatMap((source) => {
      const [number, ...others] = steps.map((step) => source(step.plain));
      return others.every((other) => Object.is(other, number)) ? [{ source, number: number! }] : [];
    });
    try {
      const backend = tf.backend() as unknown as Backend;
      plan = makePlan({ backend, variables: Object.values(variables), inputs, trace: now.trace, bindings });
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };

  return {
    get change() {
      return change;
    },
    get refusal() {
      return plan ? undefined : refusal;
    },
    replay(inputs, plain) {
      if (plan === undefined) return undefined;
      const isOther = watched.length > 0 && watched.some(({ source, number }) => !Object.is(source(plain()), number));
      const metrics = isOther ? undefined : plan.run(inputs, plain);
      if (metrics === undefined) {
        free();
        previous = undefined;
        if (!isOther && ++attempts > ATTEMPTS) wait = Infinity;
        if (wait === Infinity) refusal = 'its variables or their numbers are used elsewhere';
      }
      return metrics as Metrics<N> | undefined;
    },
    step(inputs, work) {
      if (wait > 0) {
        wait--;
        return work();
      }
      const { variables, plain } = trainer.state;
      const { result, trace } = traceStep({ variables: Object.values<Variable>(variables), inputs, step: work });
      const now = { trace, plain };
      change = changeBetween(plain, trainer.state.plain);
      refusal = change === undefined ? 'a step changes more than counts' : trace.refusal;
      const isFirst = previous === undefined;
      if (refusal === undefined && !isFirst) refusal = planFrom(now, inputs, work);
      previous = now;
      if (refusal !== undefined) {
        // what differs now may be the same once a warm-up is over
        wait = longer;
        longer *= 2;
        previous = undefined;
      }
      return result;
    },
    free,
  };
}
