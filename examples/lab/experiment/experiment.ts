import { fields, hasField, isLive, type Family, type FieldName, type LiveName } from './fields.js';
import type { Point } from './points.js';

/** The value of a setting. */
export type ValueOf<K extends FieldName> = (typeof fields)[K] extends { readonly choices: infer C }
  ? keyof C & string
  : number;

/** All that makes an experiment: the same experiment gives the same run, to the last bit on WebAssembly. */
export type Experiment = { readonly [K in FieldName]: ValueOf<K> } & {
  /** The user's own points, drawn or from a file, in the units of the plane. */
  readonly points?: readonly Point[] | undefined;
};

/** The settings that controls may change during a run. */
export type Live = Pick<Experiment, LiveName>;

export const fieldNames = Object.keys(fields) as FieldName[];
const liveNames = fieldNames.filter(isLive);

/** What differs from the table for a family: its recipe. */
const recipes: Readonly<Record<Family, Partial<Experiment>>> = {
  vae: { rate: 2e-3 },
  gan: { rate: 2e-3, batch: 128, width: 64 },
  diffusion: {},
};

/** The experiment with which a family begins. */
export function defaultsOf(family: Family): Experiment {
  const table = Object.fromEntries(fieldNames.map((name) => [name, fields[name].default]));
  return { ...(table as unknown as Experiment), ...recipes[family], family };
}

/** The same data, seed and runtime for another family; what is a family's own begins anew. */
export function withFamily(experiment: Experiment, family: Family): Experiment {
  const { data, seed, steps, runtime, points } = experiment;
  return { ...defaultsOf(family), data, seed, steps, runtime, points };
}

/** The settings of an experiment that may change during a run. */
export function liveOf(experiment: Experiment): Live {
  return Object.fromEntries(liveNames.map((name) => [name, experiment[name]])) as Live;
}

/** The settings that an experiment's family has, in the order in which they are shown. */
export function shownFields({ family, penalty }: Experiment): FieldName[] {
  return fieldNames.filter((name) => hasField(family, name) && !(name === 'weight' && penalty === 'none'));
}
