import { classesOf, classCountOf } from '../experiment/classes.js';
import type { Pictures } from '../experiment/pictures.js';
import { PICTURES } from '../training/sizes.js';
import { brightness, firstOf, gallery, sizeOf, type Strip } from './gallery.js';
import type { Seen } from './view.js';

/** The most pictures in a row: more would be small. */
const MOST = PICTURES.compared;

/** Samples of a model of pictures, next to pictures of the data. */
export const samples = gallery({
  name: 'samples',
  title: 'Samples',
  about: 'The samples are always made from the same noise, so you can see them change.',
  families: ['vae', 'gan', 'diffusion'],
  arrays: [],
  strips(seen, pictures) {
    const { frame, experiment } = seen;
    const turns = turnsOf(seen);
    const named = classesOf({ ...experiment, pictures })[experiment.shown - 1];
    const only = classCountOf({ ...experiment, pictures }) === undefined ? undefined : named;
    const title = `Samples${only === undefined ? '' : ` of the class ${only}`} after ${frame.step.toLocaleString('en')} updates`;
    const bytes = frame.pictures['samples'];
    const data = { title: 'Data', bytes: firstOf(pictures, turns?.length ?? MOST) };
    const made = turns === undefined ? [{ title, bytes }] : blocksOf(turns, bytes, pictures.shape);
    return [{ ...made[0]!, title }, ...made.slice(1), data];
  },
  columns: (seen) => columnsOf(turnsOf(seen)),
  describe(seen, pictures) {
    const { frame } = seen;
    const bytes = frame.pictures['samples'];
    if (bytes === undefined) return undefined;
    const { data, shape } = pictures;
    const count = bytes.length / sizeOf(shape);
    const turns = turnsOf(seen);
    const order = turns === undefined ? '' : ` The classes take turns: ${turns.join(', ')}.`;
    return `${count} samples after ${frame.step} updates; their mean brightness is ${brightness(bytes)}, that of the data ${brightness(data)}.${order}`;
  },
});

/** The names of the classes that take turns among the samples, if they do. */
function turnsOf({ experiment, pictures }: Seen): readonly string[] | undefined {
  const one = { ...experiment, pictures };
  return classCountOf(one) !== undefined && experiment.shown === 0 ? classesOf(one) : undefined;
}

/** A column for each class; of many classes, as many as fit into rows of about the same length. */
function columnsOf(turns: readonly string[] | undefined): number {
  const count = turns?.length ?? MOST;
  return count <= MOST ? count * Math.floor(MOST / count) : Math.ceil(count / Math.ceil(count / MOST));
}

/** Samples whose classes take turns as blocks of columns, each with the name of its class above. */
function blocksOf(turns: readonly string[], bytes: Uint8Array | undefined, shape: Pictures['shape']): Strip[] {
  const columns = columnsOf(turns);
  const count = turns.length;
  if (count <= MOST) {
    const notes = Array.from({ length: columns }, (_, i) => turns[i % count]!);
    return [{ title: '', bytes, notes }];
  }
  const size = sizeOf(shape);
  const rows = bytes === undefined ? 0 : bytes.length / size / count;
  return Array.from({ length: Math.ceil(count / columns) }, (_, block) => {
    const notes = turns.slice(block * columns, (block + 1) * columns);
    const own = new Uint8Array(rows * notes.length * size);
    for (let row = 0; row < rows; row++) {
      const from = (row * count + block * columns) * size;
      own.set(bytes!.subarray(from, from + notes.length * size), row * notes.length * size);
    }
    return { title: '', bytes: bytes && own, notes, columns: notes.length };
  });
}
