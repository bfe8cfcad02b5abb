import * as tf from '@tensorflow/tfjs-core';

/** What learns of draws on the host: it gets the stream, the number of values from 0 on, and what draws; it returns what was drawn. */
export type HostDraws = (random: object, size: number, draw: () => Int32Array) => Int32Array;

/** Where it is while it is in use: on tfjs's engine, for every copy of this module. */
export const HOST_DRAWS: unique symbol = Symbol.for('tfjs-generative: draws on the host') as never;

/** Draws integers below `size` on the host. What a step computes from one of them must not depend on the others. */
export function hostDraw(random: object, size: number, draw: () => Int32Array): Int32Array {
  const { [HOST_DRAWS]: draws } = tf.engine() as { readonly [HOST_DRAWS]?: HostDraws | undefined };
  return draws ? draws(random, size, draw) : draw();
}
