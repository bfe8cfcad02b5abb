import { classesOf, toldClasses } from '../experiment/classes.js';
import { PICTURES } from '../training/sizes.js';
import { brightness, firstOf, gallery, sizeOf } from './gallery.js';
import type { Seen } from './view.js';

/** The names of the classes that take turns among the samples, if they do. */
function turns({ experiment, pictures }: Seen): readonly string[] | undefined {
  const one = { ...experiment, pictures };
  return toldClasses(one) !== undefined && experiment.shown === 0 ? classesOf(one) : undefined;
}

/** Samples of a model of pictures, beside pictures of the data. */
export const samples = gallery({
  name: 'samples',
  title: 'Samples',
  about: 'The samples are always made from the same noise, so that you see them change.',
  families: ['vae', 'gan', 'diffusion'],
  arrays: [],
  strips(seen, pictures) {
    const { frame, experiment } = seen;
    const classes = turns(seen);
    const only = classesOf({ ...experiment, pictures })[experiment.shown - 1];
    const of =
      toldClasses({ ...experiment, pictures }) === undefined || only === undefined ? '' : ` of the class ${only}`;
    const made = `Samples${of} after ${frame.step.toLocaleString('en')} updates`;
    return [
      { title: made, bytes: frame.pictures['samples'], notes: classes },
      { title: 'Data', bytes: firstOf(pictures, columnsOf(seen)) },
    ];
  },
  columns: (seen) => columnsOf(seen),
  describe(seen, pictures) {
    const { frame } = seen;
    const bytes = frame.pictures['samples'];
    if (bytes === undefined) return undefined;
    const { data, shape } = pictures;
    const count = bytes.length / sizeOf(shape);
    const classes = turns(seen);
    const order = classes === undefined ? '' : ` In each row there is one of each class: ${classes.join(', ')}.`;
    return `${count} samples after ${frame.step} updates; their mean brightness is ${brightness(bytes)}, that of the data ${brightness(data)}.${order}`;
  },
});

/** A column for each class, if they take turns. */
const columnsOf = (seen: Seen): number => turns(seen)?.length ?? PICTURES.compared;
