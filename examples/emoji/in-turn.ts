import { balanced, choose, type ColourPictures } from './data.js';

/**
 * The balanced pictures with the classes in turn, as far as each has pictures, and with repetitions last: so the first few are of all
 * classes, and different.
 */
export function inTurn(pictures: ColourPictures): ColourPictures {
  const { labels, classes } = balanced(pictures);
  const sizeOf = (own: ArrayLike<number>, label: number): number =>
    Array.from(own).filter((one) => one === label).length;
  const sizes = classes.map((_, label) => sizeOf(pictures.labels.data, label));
  const seen = classes.map(() => 0);
  const rows = Array.from(labels.data, (label, i) => {
    const [size, place] = [sizes[label]!, seen[label]!++];
    const times = sizeOf(labels.data, label) / size;
    return { i, label, turn: (place % times) * size + Math.floor(place / times) };
  });
  rows.sort((a, b) => a.turn - b.turn || a.label - b.label);
  return choose(
    balanced(pictures),
    rows.map(({ i }) => i),
  );
}
