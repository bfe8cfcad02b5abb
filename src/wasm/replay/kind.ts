import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { afterUpdates } from '../../record/after-updates.js';
import { jsonFields, type Json } from '../../training/json.js';
import { keepValues } from '../../training/optimizers/keep-values.js';
import type { Metrics, Trainer } from '../../training/trainer/trainer.js';
import { sourceOf, type Binding, type CountedTrace } from './bind.js';
import { compareTraces, type Place } from './compare-traces.js';
import { changeBetween, type Change } from './counts.js';
import type { Backend } from './facade.js';
import { keepStreams } from './draws.js';
import { makePlan, type Plan } from './plan.js';
import { wordsOf } from './prune.js';
import { countIn, sourcesOf, turnOf, type Source } from './sources.js';
import { listsOf, tableOf, type Table } from './tables.js';
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
/** A plan that made so many steps was not useless. */
const WORTHWHILE = 32;
/** How many steps later a step must still be the same. */
const LATER = [1, 2, 3, 5, 7, 1117, 1000003] as const;
/** From here on, with all numbers that the host may draw. */
const FAR = 1000;

/** A number that was the same in all steps that were compared. */
interface Watched {
  readonly source: Source;
  readonly number: number;
}

/** The trace of a step, and the plain state after it. */
interface TraceAndAfter extends CountedTrace {
  readonly after: Json;
}

/** A step to plan. */
interface Given<N extends string> {
  readonly inputs: readonly Tensor[];
  readonly work: () => Metrics<N>;
}

// oxlint-disable-next-line max-lines-per-function -- closures over what is known of one kind of steps
export function createKind<N extends string>(trainer: Trainer<N>): Kind<N> {
  let previous: CountedTrace | undefined;
  let plan: Plan | undefined;
  let change: Change | undefined;
  let refusal: string | undefined;
  let watched: readonly Watched[] = [];
  let [attempts, runs] = [0, 0];
  /** Steps that are made before the next attempt, and by how many they become more. */
  let [wait, longer] = [0, 1];
  /** Waits: what differs now may be the same once a warm-up is over. */
  const putOff = (): void => {
    wait = longer;
    longer *= 2;
    previous = undefined;
  };
  const free = (): void => {
    plan?.free();
    plan = undefined;
  };

  /** The trace of a step from this state on, which then has not happened. */
  const traceFrom = (state: Json, { inputs, work }: Given<N>, drawn?: Int32Array): TraceAndAfter => {
    const { variables, plain } = trainer.state;
    const all = Object.values(variables);
    const found: TraceAndAfter[] = [];
    // streams that are not the trainer's, too
    const { calls = [], hostDraws = [] } = previous?.trace ?? {};
    const keptStreams = keepStreams(
      calls.flatMap((call) => wordsOf(call) ?? []),
      hostDraws,
    );
    tf.tidy(() => {
      const putBack = keepValues(all);
      try {
        trainer.restore!(state);
        const { trace } = traceStep({ variables: all, inputs, step: work, drawn });
        found.push({ trace, plain: state, after: trainer.state.plain });
      } finally {
        putBack();
        keptStreams();
        trainer.restore!(plain);
      }
    });
    return found[0]!;
  };
  /** Plans steps like this one, which is still to be made; returns why it cannot. */
  const planFrom = (before: CountedTrace, given: Given<N>): string | undefined => {
    const { settings, plain, variables } = trainer.state;
    const now = traceFrom(plain, given);
    const from = countIn(plain, 'steps');
    const turn = turnOf(settings, from);
    const [draw, ...others] = now.trace.hostDraws;
    const lists = draw && others.length === 0 ? listsOf(draw) : [];
    if (others.length > 0 || lists === undefined) return 'the host draws numbers for it';
    const steps: CountedTrace[] = [before, now, ...lists.map((list) => traceFrom(plain, given, list))];
    for (const offset of LATER) {
      let count = from + offset;
      while (turnOf(settings, count) !== turn && count < from + 2 * offset + 64) count++;
      const state = afterUpdates(plain, count);
      for (const list of offset < FAR || lists.length === 0 ? [undefined] : lists)
        steps.push(traceFrom(state, given, list));
    }
    const { difference, places } = placesOf(now, steps);
    if (difference !== undefined) return difference;
    const traces = steps.map(({ trace }) => trace);
    const sources = sourcesOf({ settings, plain });
    const tables: Table[] = [];
    const bindings: Binding[] = [];
    for (const place of places) {
      const table = draw && 'value' in place ? tableOf(place.value, traces) : undefined;
      const source = table ? undefined : sourceOf(place, sources, steps);
      if (table) tables.push(table);
      else if (source) bindings.push({ place, source });
      else return 'the host gives it other numbers';
    }
    watched = sources.flatMap((source) => {
      const [number, ...rest] = steps.map((step) => source(step.plain));
      return rest.every((other) => Object.is(other, number)) ? [{ source, number: number! }] : [];
    });
    const [words, after] = [plain, now.after].map(wordsIn);
    plan = makePlan({
      backend: tf.backend() as unknown as Backend,
      variables: Object.values(variables),
      inputs: given.inputs,
      trace: now.trace,
      bindings,
      draws: draw ? [{ drawn: draw, tables }] : [],
      wordsAfter: words!.join() === after!.join() ? undefined : after,
    });
    return undefined;
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
      runs++;
      if (metrics === undefined) {
        free();
        previous = undefined;
        if (!isOther && runs < WORTHWHILE && ++attempts > ATTEMPTS) wait = Infinity;
        runs = 0;
        if (wait === Infinity) refusal = 'its variables or their numbers are used elsewhere';
      }
      return metrics as Metrics<N> | undefined;
    },
    step(inputs, work) {
      if (plan !== undefined || wait > 0 || !isUsable(trainer)) {
        wait--;
        return work();
      }
      if (previous === undefined) {
        const { variables, plain } = trainer.state;
        const { result, trace } = traceStep({ variables: Object.values<Variable>(variables), inputs, step: work });
        previous = { trace, plain };
        change = changeBetween(plain, trainer.state.plain);
        refusal = change === undefined ? 'a step changes more than counts' : trace.refusal;
        if (refusal !== undefined) putOff();
        return result;
      }
      try {
        refusal = planFrom(previous, { inputs, work });
      } catch (error) {
        refusal = error instanceof Error ? error.message : String(error);
      }
      previous = undefined;
      if (refusal !== undefined) putOff();
      return work();
    },
    free,
  };
}

/** Where steps have other numbers of the host than one of them; or why they are not the same. */
function placesOf(first: CountedTrace, steps: readonly CountedTrace[]) {
  const places = new Map<string, Place>();
  for (const { trace } of steps) {
    const { difference = trace.refusal, changed } = compareTraces(first.trace, trace);
    if (difference !== undefined) return { difference, places: [] };
    for (const place of changed) places.set(JSON.stringify(place), place);
  }
  return { places: [...places.values()] };
}

/** Whether a trainer and its variables are alive; otherwise its step says what is wrong. */
function isUsable(trainer: Trainer): boolean {
  try {
    return trainer.state !== undefined;
  } catch {
    return false;
  }
}

/** The words of a trainer's stream. */
function wordsIn(plain: Json): readonly number[] {
  return (jsonFields(jsonFields(plain)?.['random'])?.['words'] ?? []) as readonly number[];
}
