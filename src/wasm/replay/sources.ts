import type { TrainerState } from '../../training/trainer/trainer.js';
import { decayAt } from '../../training/trainer/average.js';
import { jsonFields, type Json } from '../../training/json.js';
import { valueAt, type Schedule } from '../../training/optimizers/schedules.js';
import { noteOf } from '../../tensor/made-by.js';

/** A number that depends on the counts of a trainer. */
export type Source = (plain: Json) => number;

/** Options that may be schedules. */
const SCHEDULES = /^(learningRate|beta|gap)$/;

/** The numbers that a trainer's averages and schedules give to a step. */
export function sourcesOf({ settings = {}, plain }: Pick<TrainerState, 'settings' | 'plain'>): readonly Source[] {
  const players = Object.keys(jsonFields(jsonFields(plain)?.['updates']) ?? {});
  const sources: Source[] = [];
  for (const [name, value] of Object.entries(settings)) {
    const { decay, weightDecay } = (value ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof decay === 'number')
      for (const player of players) sources.push((now) => 1 - decayAt(decay, countIn(now, 'updates', player)));
    for (const schedule of schedulesIn({ [name]: value })) {
      const rate: Source = (now) => schedule(countIn(now, name, 'calls'));
      sources.push((now) => schedule(countIn(now, 'steps')), rate);
      if (typeof weightDecay === 'number') sources.push((now) => 1 - rate(now) * weightDecay);
    }
  }
  return sources;
}

/** In which turn of a game a step is, if its players do not take part in each. */
export function turnOf(settings: TrainerState['settings'], step: number): boolean {
  const { discriminatorSteps } = (settings ?? {}) as { readonly discriminatorSteps?: number | Schedule };
  return discriminatorSteps === undefined || (step + 1) % Math.round(valueAt(discriminatorSteps, step)) === 0;
}

/** The schedules among the options of a value, and among those of the functions of the library that made it. */
function schedulesIn(value: unknown, depth = 0): readonly ((count: number) => number)[] {
  if (depth > 4 || value === null || (typeof value !== 'object' && typeof value !== 'function')) return [];
  if (Array.isArray((value as { readonly variables?: unknown }).variables)) return [];
  const options = { ...value, ...noteOf(value)?.options } as Readonly<Record<string, unknown>>;
  return Object.entries(options).flatMap(([name, option]) =>
    SCHEDULES.test(name) && typeof option === 'function'
      ? [option as (count: number) => number]
      : schedulesIn(option, depth + 1),
  );
}

/** A count in the plain state of a trainer; 0 if it has none of this name. */
export function countIn(plain: Json, ...path: readonly string[]): number {
  let value: Json | undefined = plain;
  for (const name of path) value = jsonFields(value)?.[name];
  return typeof value === 'number' ? value : 0;
}
