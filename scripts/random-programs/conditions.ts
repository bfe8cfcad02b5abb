import type { Draw } from './draw.js';
import { call, method, type Expression, type Written } from './expression.js';
import { network, stream, type Shape } from './networks.js';

/** The number of classes in all programs. */
export const CLASSES = 3;

/** What a network is applied with besides its input: labels, vectors, a picture, or named ones. */
export interface Condition {
  /** Wraps a network from one shape to another so that it takes the condition. */
  readonly wrap: (d: Draw, from: Shape, to: Shape) => Expression;
  /** The options of so many examples: `condition` or `conditions`. */
  readonly options: (d: Draw, count: number) => { readonly condition?: Written; readonly conditions?: Written };
}

export const labelsOf = (d: Draw, count: number): Expression => method(stream(d), 'integers', [count], 0, CLASSES);

const embedding = (d: Draw, size: number): Expression =>
  call('embedding', { classes: CLASSES, size, random: stream(d) });

const withLast = (shape: Shape, more: number): Shape => [...shape.slice(0, -1), shape.at(-1)! + more];

const labels: Condition = {
  wrap: (d, from, to) => {
    const size = d.integer(1, 3);
    if (to.length === 1 && d.chance(0.25))
      return call('withScaleAndShift', network(d, from, to), embedding(d, 2 * to[0]!));
    if (to.length === 1 && to[0] === 1 && from.length === 1 && d.chance(0.3))
      return call(
        'withProjection',
        network(d, from, to, 0).is === 'call' ? headOf(d, from) : headOf(d, from),
        embedding(d, from[0]!),
      );
    return call('withCondition', network(d, withLast(from, size), to), embedding(d, size));
  },
  options: (d, count) => ({ condition: labelsOf(d, count) }),
};

const headOf = (d: Draw, [size]: Shape): Expression => call('mlp', { sizes: [size!, 3, 1], random: stream(d) });

const vectors: Condition = {
  wrap: (d, from, to) => {
    const size = d.integer(1, 3);
    return call(
      'withCondition',
      network(d, withLast(from, size), to),
      call('dense', { inputs: 2, units: size, random: stream(d) }),
    );
  },
  options: (d, count) => ({ condition: method(stream(d), 'normal', [count, 2]) }),
};

const namedLabels: Condition = {
  wrap: (d, from, to) => call('withNamedCondition', labels.wrap(d, from, to), { name: 'kind' }),
  options: (d, count) => ({ conditions: { kind: labelsOf(d, count) } }),
};

const picture = (shape: Shape): Condition => ({
  wrap: (d, from, to) => call('withPicture', network(d, withLast(from, 1), to), { channels: 1 }),
  options: (d, count) => ({ condition: method(stream(d), 'normal', [count, ...shape.slice(0, -1), 1]) }),
});

const namedPicture = (shape: Shape): Condition => ({
  wrap: (d, from, to) => call('withPicture', labels.wrap(d, withLast(from, 1), to), { channels: 1, name: 'sketch' }),
  options: (d, count) => ({
    condition: labelsOf(d, count),
    conditions: { sketch: method(stream(d), 'normal', [count, ...shape.slice(0, -1), 1]) },
  }),
});

const none: Condition = { wrap: network, options: () => ({}) };

/** A condition for networks whose input has a shape. */
export function conditionFor(d: Draw, shape: Shape): Condition {
  if (d.chance(0.5)) return none;
  return d.pick([labels, labels, vectors, namedLabels, picture(shape), namedPicture(shape)]);
}

/** Labels or nothing. */
export const labelsOrNothing = (d: Draw): Condition => (d.chance(0.5) ? labels : none);
