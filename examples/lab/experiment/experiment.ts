import { classesOf } from './classes.js';
import { fields, hasField, isLive, type DataName, type Family, type FieldName, type LiveName } from './fields.js';
import { isOfPictures, kindOf, pictureShapeOf, type Kind, type Pictures } from './pictures.js';
import type { Point } from './points.js';

/** The value of a setting. */
export type ValueOf<K extends FieldName> = (typeof fields)[K] extends { readonly choices: infer C }
  ? keyof C & string
  : number;

/** All that makes an experiment: the same experiment gives the same run, to the last bit on WebAssembly. */
export type Experiment = { readonly [K in FieldName]: ValueOf<K> } & {
  /** The user's own points, drawn or from a file, in the units of the plane. */
  readonly points?: readonly Point[] | undefined;
  /** The user's own pictures, from files. */
  readonly pictures?: Pictures | undefined;
};

/** The settings that controls may change during a run. */
export type Live = Pick<Experiment, LiveName>;

export const fieldNames = Object.keys(fields) as FieldName[];
const liveNames = fieldNames.filter(isLive);

/** What differs from the table for a family and what it learns: its recipe. */
const recipes: Readonly<Record<Kind, Readonly<Partial<Record<Family, Partial<Experiment>>>>>> = {
  points: {
    vae: { rate: 2e-3 },
    gan: { rate: 2e-3, batch: 128, width: 64 },
    diffusion: {},
    drifting: { batch: 512, steps: 2_000 },
  },
  pictures: {
    vae: { rate: 3e-3, batch: 64, latent: 8, noise: 0.5, steps: 6_000 },
    gan: { rate: 1e-3, batch: 32, weight: 0.05, steps: 3_000 },
    diffusion: { rate: 4e-3, batch: 32, steps: 2_000 },
  },
  words: { tokens: { rate: 3e-3, batch: 128, width: 48, steps: 3_000 } },
};

/** What differs for pictures in colour, which have four times as many numbers. */
const ofColour: Readonly<Partial<Record<Family, Partial<Experiment>>>> = { vae: { noise: 1 } };

/** Whether a family can learn some data: words are tokens, and nothing else is; drift needs distances that mean something, as those of points do. */
export const canLearn = (family: Family, data: DataName): boolean =>
  family === 'drifting' ? kindOf(data) === 'points' : (family === 'tokens') === (data === 'words');

/** The data with which a family begins. */
export const firstDataOf = (family: Family): DataName => (family === 'tokens' ? 'words' : fields.data.default);

/** The experiment with which a family begins on some data. */
export function defaultsOf(family: Family, data: DataName = firstDataOf(family)): Experiment {
  const table = Object.fromEntries(fieldNames.map((name) => [name, fields[name].default]));
  const colour = isOfPictures(data) && pictureShapeOf(data)[2] === 3 ? ofColour[family] : {};
  const classes = isOfPictures(data) && classesOf({ data }).length > 0 ? 'used' : 'none';
  return { ...(table as unknown as Experiment), ...recipes[kindOf(data)][family], ...colour, classes, family, data };
}

/** The same data, seed and runtime for another family; values of the family itself are its defaults. */
export function withFamily(experiment: Experiment, family: Family): Experiment {
  const { seed, runtime, points, pictures } = experiment;
  if (!canLearn(family, experiment.data)) return { ...defaultsOf(family), seed, runtime };
  const { data } = experiment;
  return {
    ...defaultsOf(family, data),
    seed,
    runtime,
    points,
    pictures,
    ...(hasField({ family, data }, 'classes') ? { classes: experiment.classes } : {}),
    ...(kindOf(data) === 'points' ? { steps: experiment.steps } : {}),
  };
}

/** The same experiment on other data; where either are pictures, values that depend on the data are its defaults. */
export function withData(experiment: Experiment, data: DataName): Experiment {
  const family = canLearn(experiment.family, data)
    ? experiment.family
    : data === 'words'
      ? 'tokens'
      : fields.family.default;
  if (family !== experiment.family) {
    const { seed, runtime } = experiment;
    return { ...defaultsOf(family, data), seed, runtime };
  }
  if (kindOf(data) === 'points' && kindOf(experiment.data) === 'points') return { ...experiment, data, shown: 0 };
  const { steps, classes } = defaultsOf(family, data);
  return { ...withFamily({ ...experiment, data, pictures: undefined }, family), steps, classes };
}

/** The settings of an experiment that may change during a run. */
export function liveOf(experiment: Experiment): Live {
  return Object.fromEntries(liveNames.map((name) => [name, experiment[name]])) as Live;
}

/** The settings that an experiment's family has, in the order in which they are shown. */
export function shownFields(experiment: Experiment): FieldName[] {
  const { penalty, classes } = experiment;
  const isIdle = (name: FieldName): boolean =>
    (name === 'weight' && penalty === 'none') ||
    (name === 'classes' && classesOf(experiment).length === 0) ||
    ((name === 'shown' || name === 'guidance') && (classes === 'none' || classesOf(experiment).length === 0));
  return fieldNames.filter((name) => hasField(experiment, name) && !isIdle(name));
}
