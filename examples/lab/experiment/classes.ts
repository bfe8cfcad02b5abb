// The classes of the sets, which a model may be told.
import type { Experiment } from './experiment.js';
import type { DataName, Family } from './fields.js';
import { kindOf } from './pictures.js';

const clouds = (count: number): string[] => Array.from({ length: count }, (_, i) => `Cloud ${i + 1}`);

/** The names of each set's classes, in the order of their numbers; those of one's own pictures are the names of folders. */
const names: Readonly<Record<string, readonly string[]>> = {
  moons: ['Lower moon', 'Upper moon'],
  ring: clouds(8),
  grid: clouds(25),
  clothes: ['T-shirt', 'Trousers', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Boot'],
  kinds: ['Activity', 'Nature', 'Flag', 'Food', 'Object', 'Person', 'Smiley', 'Symbol', 'Place'],
};

/** The largest number of classes of a set. */
export const MAX_CLASSES = 25;

/** The most classes that a set may have. */
export const mostClassesOf = (data: string): number =>
  data === 'own' ? MAX_CLASSES : Object.hasOwn(names, data) ? names[data]!.length : 0;

/** The names of the classes of an experiment's data; none if they have no classes. */
export const classesOf = ({ data, pictures }: Pick<Experiment, 'data' | 'pictures'>): readonly string[] =>
  (data === 'own' ? pictures?.classes : names[data]) ?? [];

/** Whether the models of a family can be told the classes of a set: of points, those alone that can be guided. */
export const canBeTold = ({ family, data }: { readonly family: Family; readonly data: DataName }): boolean =>
  mostClassesOf(data) > 0 && (family === 'diffusion' || kindOf(data) === 'pictures');

/** The number of classes of which the model is told; undefined if it is told none. */
export function toldClasses(
  experiment: Pick<Experiment, 'family' | 'data' | 'pictures' | 'classes'>,
): number | undefined {
  const { length } = classesOf(experiment);
  return experiment.classes === 'told' && canBeTold(experiment) && length > 0 ? length : undefined;
}
