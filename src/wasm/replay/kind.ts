import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { afterUpdates } from '../../record/after-updates.js';
import { jsonFields, type Json } from '../../training/json.js';
import { keepValues } from '../../training/optimizers/keep-values.js';
import type { Metrics, Trainer } from '../../training/trainer/trainer.js';
import { bind, type CountedTrace } from './bind.js';
import { compareTraces, type Place } from './compare-traces.js';
import { changeBetween, type Change } from './counts.js';
import type { Backend } from './facade.js';
import { makePlan, type Plan } from './plan.js';
import { countIn, sourcesOf, turnOf, type Source } from './sources.js';
import { listsOf, tablesOf } from './tables.js';
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

/** A step to plan. */
interface Given<N extends string> {
  readonly inputs: readonly Tensor[];
  readonly work: () => Metrics<N>;
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
  const traceAfter = (count: number, drawn: Int32Array | undefined, { inputs, work }: Given<N>): CountedTrace & { readonly after: Json } => {
    const { variables, plain } = trainer.state;
    const all = Object.values(variables);
    return tf.tidy(() => {
      const putBack = keepValues(all);
      try {
        const state = afterUpdates(plain, count);
        trainer.restore!(state);
        const { trace } = traceStep({ variables: all, inputs, step: work, drawn });
        return { trace, plain: state, after: trainer.state.plain };
      } finally {
        putBack();
        trainer.restore!(plain);
      }
    });
  };
  /** Plans steps like this one; returns why it cannot. */
  const planFrom = (now: CountedTrace, given: Given<N>): string | undefined => {
    const { settings, plain, variables } = trainer.state;
    const from = countIn(now.plain, 'steps');
    const turn = turnOf(settings, from);
    const later = LATER.map((offset) => {
      let count = from + offset;
      while (turnOf(settings, count) !== turn && count < from + 2 * offset + 64) count++;
      return traceAfter(count, undefined, given);
    });
    const [draw, ...others] = now.trace.hostDraws;
    const lists = draw && others.length === 0 ? listsOf(draw) : [];
    if (others.length > 0 || lists === undefined) return 'the host draws numbers for it';
    const drawn = lists.map((list) => traceAfter(from + 1, list, given));

    // the later steps draw the same numbers, so only counts make them differ
    const byCount = placesOf(later[0]!, later);
    const byDraw = placesOf(now, [previous!, ...later.slice(0, 1), ...drawn]);
    const difference = byCount.difference ?? byDraw.difference;
    if (difference !== undefined) return difference;
    const sources = sourcesOf({ settings, plain });
    const steps = [previous!, now, ...later];
    const bindings = bind([...byCount.places.values()], sources, steps);
    const others_ = [...byDraw.places].filter(([name]) => !byCount.places.has(name)).map(([, place]) => place);
    const values = others_.flatMap((place) => ('value' in place ? [place.value] : []));
    const traces = [previous!, now, ...drawn].map(({ trace }) => trace);
    const tables = values.length === 0 ? [] : draw && tablesOf(values, traces);
    if (!bindings || !tables || values.length < others_.length) return 'the host gives it other numbers';
    watched = sources.flatMap((source) => {
      const [number, ...rest] = steps.map((step) => source(step.plain));
      return rest.every((other) => Object.is(other, number)) ? [{ source, number: number! }] : [];
    });
    const [before, after] = [plain, later[0]!.after].map(wordsIn);
    try {
      plan = makePlan({
        backend: tf.backend() as unknown as Backend,
        variables: Object.values(variables),
        inputs: given.inputs,
        trace: now.trace,
        bindings,
        draws: draw ? [{ drawn: draw, tables }] : [],
        wordsAfter: before!.join() === after!.join() ? undefined : after,
      });
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
      if (metrics === 'unusual') return undefined;
      if (metrics === undefined) {
        free();
        previous = undefined;
        if (!isOther && ++attempts > ATTEMPTS) wait = Infinity;
        if (wait === Infinity) refusal = 'its variables or their numbers are used elsewhere';
      }
      return metrics as Metrics<N> | undefined;
    },
    step(inputs, work) {
      if (plan !== undefined || wait > 0) {
        wait--;
        return work();
      }
      const { variables, plain } = trainer.state;
      const { result, trace } = traceStep({ variables: Object.values<Variable>(variables), inputs, step: work });
      const now = { trace, plain };
      change = changeBetween(plain, trainer.state.plain);
      refusal = change === undefined ? 'a step changes more than counts' : trace.refusal;
      const isFirst = previous === undefined;
      if (refusal === undefined && !isFirst) refusal = planFrom(now, { inputs, work });
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

/** Where steps have other numbers of the host than the first of them, by a name for each place; or why they are not the same. */
function placesOf(first: CountedTrace, steps: readonly CountedTrace[]) {
  const places = new Map<string, Place>();
  for (const { trace } of steps) {
    const { difference = trace.refusal, changed } = compareTraces(first.trace, trace);
    if (difference !== undefined) return { difference, places };
    for (const place of changed) places.set(JSON.stringify(place), place);
  }
  return { places };
}

/** The words of a trainer's stream. */
function wordsIn(plain: Json): readonly number[] {
  return (jsonFields(jsonFields(plain)?.['random'])?.['words'] ?? []) as readonly number[];
}
