import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkGiven, checkResult, notAsync } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import { free, readNumbers } from '../tensor/lost-backend.js';
import type { Observer, ReportContext, RunContext, Verdict } from '../training/observer.js';
import type { StepCallOptions } from '../training/trainer/trainer.js';

/** Number of steps between two calls of `look`: each runs kernels, and its numbers change slowly. */
const LOOK_EVERY = 8;

/** The result of a call of `look`, before it is read from the device. */
interface LookResult {
  readonly observer: Observer;
  readonly names: readonly string[];
  readonly sizes: readonly number[];
  /** All of its numbers in one row. */
  readonly row: Tensor;
}

/** The observers of a run, called as one. */
export interface Observers {
  /** Whether metrics must be read after each update. */
  readonly readsUpdates: boolean;
  readonly reason: string | undefined;
  begin(run: RunContext): Promise<void>;
  /** For the option of a trainer's step. */
  readonly look: StepCallOptions['look'];
  /** Called after each step that did not throw. */
  endStep(): void;
  /** Reads the results on the device, and passes them to `read` of their observers. */
  fetch(): Promise<void>;
  update(metrics: Readonly<Record<string, number>>, run: RunContext): Promise<void>;
  report(at: Omit<ReportContext, 'verdicts'>): Promise<Verdict[]>;
  epoch(run: RunContext): Promise<void>;
  end(): Promise<void>;
}

/** Joins observers; one that is listed twice is called once. */
export function joinObservers(caller: string, list: readonly Observer[]): Observers {
  const all = [...new Set(list)];
  // work that needs the decisions of the others comes last
  const ordered = [...all.filter(({ afterEpoch }) => !afterEpoch), ...all.filter(({ afterEpoch }) => afterEpoch)];
  const looks = createLooks(caller, all);
  return {
    readsUpdates: all.some(({ update }) => update),
    get reason() {
      return all.flatMap(({ reason }) => reason ?? [])[0];
    },
    async begin(run) {
      for (const observer of ordered) await observer.begin?.(run);
    },
    look: looks.look,
    endStep: looks.endStep,
    fetch: looks.fetch,
    async update(metrics, run) {
      await looks.fetch();
      for (const observer of all) await observer.update?.(metrics, run);
    },
    async report(at) {
      await looks.fetch();
      const verdicts: Verdict[] = [];
      for (const observer of all) {
        const returned: unknown = await observer.report?.({ ...at, verdicts: [...verdicts] });
        checkVerdicts(caller, returned);
        verdicts.push(...(returned ?? []));
      }
      return verdicts;
    },
    async epoch(run) {
      await looks.fetch();
      for (const observer of ordered) await observer.epoch?.(run);
      for (const observer of ordered) await observer.afterEpoch?.(run);
    },
    async end() {
      looks.end();
      for (const observer of ordered) await observer.end?.();
    },
  };
}

/** Collects the results of `look`, which stay on the device until they are read. */
function createLooks(caller: string, all: readonly Observer[]) {
  const lookers = all.filter((observer) => observer.look !== undefined);
  /** Of steps that are over, and of the step under way: one that throws is undone, and what it showed is not read. */
  let [waiting, fromStep]: [LookResult[], LookResult[]] = [[], []];
  const look: Observers['look'] = (show, at) => {
    if (at.step % LOOK_EVERY !== 0) return;
    const shown = show();
    for (const observer of lookers) {
      const tensors = observer.look!(shown, at);
      if (tensors !== undefined) fromStep.push(rowOf(observer, tensors));
    }
  };
  return {
    look: lookers.length === 0 ? undefined : look,
    endStep(): void {
      [waiting, fromStep] = [[...waiting, ...fromStep], []];
    },
    async fetch(): Promise<void> {
      if (waiting.length === 0) return;
      const results = waiting;
      waiting = [];
      const rows = results.map(({ row }) => row);
      const joined = tf.tidy(() => tf.concat(rows));
      try {
        const [numbers] = await readNumbers(caller, [joined]);
        let from = 0;
        for (const one of results) {
          const own = Float32Array.from(numbers!.subarray(from, (from += one.row.size)));
          await one.observer.read?.(numbersOf(one, own));
        }
      } finally {
        free([joined, ...rows]);
      }
    },
    end: () => free([...waiting, ...fromStep].map(({ row }) => row)),
  };
}

/** Joins the tensors that `look` returned in one row, which outlives the step. */
function rowOf(observer: Observer, found: Readonly<Record<string, Tensor>>): LookResult {
  checkGiven('step', 'look', found, '{ mean: tf.mean(...) }');
  const entries = Object.entries(found);
  for (const [name, numbers] of entries) checkResult('step', `look(...).${name}`, numbers);
  const flat = entries.map(([, numbers]) => tf.cast(tf.reshape(numbers, [-1]), 'float32'));
  return {
    observer,
    names: entries.map(([name]) => name),
    sizes: flat.map(({ size }) => size),
    row: tf.keep(tf.concat(flat)),
  };
}

/** The numbers of a result by their names. */
function numbersOf({ names, sizes }: LookResult, numbers: Float32Array): Record<string, Float32Array> {
  let from = 0;
  return Object.fromEntries(names.map((name, i) => [name, numbers.subarray(from, (from += sizes[i]!))]));
}

/** Throws unless an observer's report is a list of verdicts, or nothing. */
function checkVerdicts(caller: string, returned: unknown): asserts returned is readonly Verdict[] | undefined {
  const isVerdict = (one: Partial<Verdict> | null | undefined): boolean => typeof one?.kind === 'string';
  if (returned === undefined || (Array.isArray(returned) && returned.every(isVerdict))) return;
  const fix = notAsync(returned) ?? 'Return [] if there are none.';
  throw wrongKind(caller, 'observer.report', 'must return an array of verdicts { kind, message }', {
    got: returned,
    fix,
  });
}
