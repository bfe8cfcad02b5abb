// The classes of the sets, which a model may use.
import type { Experiment } from './experiment.js';
import type { DataName, Family } from './fields.js';
import { kindOf } from './pictures.js';

const clouds = (count: number): string[] => Array.from({ length: count }, (_, i) => `Cloud ${i + 1}`);

/** The names of each set's classes, in the order of their numbers; for your own pictures, they are the names of folders. */
const names: Readonly<Record<string, readonly string[]>> = {
  moons: ['Lower moon', 'Upper moon'],
  ring: clouds(8),
  grid: clouds(25),
  clothes: ['T-shirt', 'Trousers', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Boot'],
  kinds: ['Activity', 'Nature', 'Flag', 'Food', 'Object', 'Person', 'Smiley', 'Symbol', 'Place'],
};

/** The largest number of classes of a set. */
export const MAX_CLASSES = 25;

/** The largest number of classes that a set may have. */
export const maxClassesOf = (data: string): number =>
  data === 'own' ? MAX_CLASSES : Object.hasOwn(names, data) ? names[data]!.length : 0;

/** The names of the classes of an experiment's data; none if they have no classes. */
export const classesOf = ({ data, pictures }: Pick<Experiment, 'data' | 'pictures'>): readonly string[] =>
  (data === 'own' ? pictures?.classes : names[data]) ?? [];

/** Whether the models of a family can use the classes of a set. Of points, only diffusion can, which can be guided. */
export const canUseClasses = ({ family, data }: { readonly family: Family; readonly data: DataName }): boolean =>
  maxClassesOf(data) > 0 && (family === 'diffusion' || kindOf(data) === 'pictures');

/** The number of classes that the model gets; undefined if it gets none. */
export function classCountOf(
  experiment: Pick<Experiment, 'family' | 'data' | 'pictures' | 'classes'>,
): number | undefined {
  const { length } = classesOf(experiment);
  return experiment.classes === 'used' && canUseClasses(experiment) && length > 0 ? length : undefined;
}
