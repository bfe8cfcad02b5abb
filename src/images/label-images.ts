import { compareNaturally } from './natural-order.js';
import type { HostImages, LabelledImages } from './host-images.js';

/** Sources of pictures by class name, in the order of the classes: by name, with numbers by value. */
export function orderClasses<T>(groups: Iterable<readonly [name: string, sources: readonly T[]]>): {
  readonly classes: readonly string[];
  readonly sources: readonly T[];
  readonly labels: Int32Array;
} {
  const ordered = [...groups].sort(([a], [b]) => compareNaturally(a, b));
  return {
    classes: ordered.map(([name]) => name),
    sources: ordered.flatMap(([, sources]) => sources),
    labels: Int32Array.from(ordered.flatMap(([, sources], label) => sources.map(() => label))),
  };
}

/** Combines pictures with their labels. */
export function labelImages(x: HostImages, labels: Int32Array, classes: readonly string[]): LabelledImages {
  return { data: { x, condition: { data: labels, shape: [labels.length] } }, classes };
}
