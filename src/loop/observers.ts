import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkGiven, checkResult, notAsync } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import { free, readNumbers } from '../tensor/lost-backend.js';
import type { Observer, ReportContext, RunContext, Verdict } from '../training/observer.js';
import type { StepCallOptions } from '../training/trainer/trainer.js';

/** Number of steps from one look to the next: a look costs kernels, and what it shows changes slowly. */
const LOOK_EVERY = 8;

/** A look on the device. */
interface Waiting {
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
  /** Forgets the looks of a step that threw. */
  forget(): void;
  /** Reads the looks that wait on the device, and hands them to their observers. */
  fetch(): Promise<void>;
  update(metrics: Readonly<Record<string, number>>, run: RunContext): Promise<void>;
  report(at: Omit<ReportContext, 'verdicts'>): Promise<Verdict[]>;
  epoch(run: RunContext): Promise<void>;
  end(): void;
}

/** Joins observers; one that stands in the list twice is called once. */
export function joinObservers(caller: string, list: readonly Observer[]): Observers {
  const all = [...new Set(list)];
  // work that needs the decisions of the others comes last
  const inOrder = [...all.filter(({ afterEpoch }) => !afterEpoch), ...all.filter(({ afterEpoch }) => afterEpoch)];
  const looks = createLooks(caller, all);
  return {
    readsUpdates: all.some(({ update }) => update),
    get reason() {
      return all.flatMap(({ reason }) => reason ?? [])[0];
    },
    async begin(run) {
      for (const observer of inOrder) await observer.begin?.(run);
    },
    look: looks.look,
    forget: looks.forget,
    fetch: looks.fetch,
    async update(metrics, run) {
      await looks.fetch();
      for (const observer of all) await observer.update?.(metrics, run);
    },
    async report(at) {
      await looks.fetch();
      const verdicts: Verdict[] = [];
      for (const observer of all) {
        const found: unknown = await observer.report?.({ ...at, verdicts: [...verdicts] });
        checkVerdicts(caller, found);
        verdicts.push(...(found ?? []));
      }
      return verdicts;
    },
    async epoch(run) {
      await looks.fetch();
      for (const observer of inOrder) await observer.epoch?.(run);
      for (const observer of inOrder) await observer.afterEpoch?.(run);
    },
    end() {
      looks.end();
      for (const observer of inOrder) observer.end?.();
    },
  };
}

/** Collects what observers look at, on the device until it is read. */
function createLooks(caller: string, all: readonly Observer[]) {
  const looking = all.filter((observer) => observer.look !== undefined);
  let [waiting, fromStep]: [Waiting[], Waiting[]] = [[], []];
  const look: Observers['look'] = (show, at) => {
    if (at.step % LOOK_EVERY !== 0) return;
    [waiting, fromStep] = [[...waiting, ...fromStep], []];
    const shown = show();
    for (const observer of looking) {
      const found = observer.look!(shown, at);
      if (found !== undefined) fromStep.push(rowOf(observer, found));
    }
  };
  return {
    look: looking.length === 0 ? undefined : look,
    forget(): void {
      free(fromStep.map(({ row }) => row));
      fromStep = [];
    },
    async fetch(): Promise<void> {
      const taken = [...waiting, ...fromStep];
      [waiting, fromStep] = [[], []];
      if (taken.length === 0) return;
      const rows = taken.map(({ row }) => row);
      const joined = tf.tidy(() => tf.concat(rows));
      try {
        const [numbers] = await readNumbers(caller, [joined]);
        let from = 0;
        for (const one of taken) {
          const own = Float32Array.from(numbers!.subarray(from, (from += one.row.size)));
          one.observer.read?.(lookOf(one, own));
        }
      } finally {
        free([joined, ...rows]);
      }
    },
    end: () => free([...waiting, ...fromStep].map(({ row }) => row)),
  };
}

/** Puts the numbers of a look in one row, which outlives the step. */
function rowOf(observer: Observer, found: Readonly<Record<string, Tensor>>): Waiting {
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

/** The numbers of a look by their names. */
function lookOf({ names, sizes }: Waiting, numbers: Float32Array): Record<string, Float32Array> {
  let from = 0;
  return Object.fromEntries(names.map((name, i) => [name, numbers.subarray(from, (from += sizes[i]!))]));
}

/** Throws unless an observer's report is a list of verdicts, or nothing. */
function checkVerdicts(caller: string, found: unknown): asserts found is readonly Verdict[] | undefined {
  const isVerdict = (one: Partial<Verdict> | null | undefined): boolean => typeof one?.kind === 'string';
  if (found === undefined || (Array.isArray(found) && found.every(isVerdict))) return;
  const fix = notAsync(found) ?? 'Return [] where there is none.';
  throw wrongKind(caller, 'observer.report', 'must give an array of verdicts { kind, message }', { got: found, fix });
}
