import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { normalize } from '../../src/operations/normalize.js';
import { oneHot } from '../../src/tensor/one-hot.js';
import type { RecordedAttribute, RecordedTensor, Recording } from '../../src/record/index.js';
import { sizeAt, type Sizes } from '../../src/record/sizes.js';

/** What a recording gives: outputs and, as `NAME:next`, the new values of its state. */
export type Replayed = Record<string, Tensor>;

/** Runs a recording by tfjs's own kernels, which knows nothing of how it was made. Call it inside a tidy. */
export function replay(recording: Recording, feeds: Readonly<Record<string, Tensor>>): Replayed {
  const values = new Map<RecordedTensor, Tensor>();
  const feed = (name: string, tensor: RecordedTensor, usual?: () => Tensor): void => {
    const given = feeds[name] ?? usual?.();
    if (given === undefined) throw new Error(`no ${name}`);
    values.set(tensor, given);
  };
  for (const { name, tensor } of recording.inputs) feed(name, tensor);
  for (const { name, tensor } of recording.draws) feed(name, tensor);
  const sizes: Sizes = Object.fromEntries(
    Object.entries(recording.sizes).map(([name, { of, axis }]) => [name, values.get(of)!.shape[axis]!]),
  );
  const shapeOf = ({ shape }: RecordedTensor): number[] => shape.map((size) => sizeAt(size, sizes));
  const made = ({
    tensor,
    data,
  }: {
    readonly tensor: RecordedTensor;
    readonly data: Float32Array | Int32Array | Uint8Array;
  }) => tf.tensor(data, shapeOf(tensor), tensor.dtype);
  for (const one of recording.state) feed(one.name, one.tensor, () => made(one));
  for (const one of recording.constants) values.set(one.tensor, made(one));
  const plain = (attribute: RecordedAttribute): unknown =>
    Array.isArray(attribute)
      ? (attribute as RecordedAttribute[]).map(plain)
      : typeof attribute === 'object' && attribute !== null
        ? sizeAt(attribute as Readonly<Record<string, number>>, sizes)
        : attribute;
  for (const { operation, inputs, attributes, outputs } of recording.nodes) {
    const given = Object.fromEntries(Object.entries(inputs).map(([key, tensor]) => [key, values.get(tensor)!]));
    const list = Object.values(given);
    const how = Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, plain(value)]));
    const shape = shapeOf(outputs[0]!);
    let results: Tensor | Tensor[];
    if (operation === 'StopGradient' || operation === 'Together') results = list;
    else if (operation === 'Normalize')
      results = normalize(given['x']!, given['scale']!, given['offset']!, how as never);
    else if (operation === 'Lookup') {
      const { labels, weights } = given;
      results = tf.matMul(oneHot(labels!, weights!.shape[0]), weights!);
    } else if (operation === 'Waves') {
      const turns = tf.mul(tf.reshape(tf.cast(given['steps']!, 'float32'), [-1, 1]), how['turnsPerStep'] as number[]);
      const half = shape[1]! / 2;
      const [sines, cosines] = tf.split(tf.mul(turns, 2 * Math.PI), [half, half], 1);
      results = tf.concat([tf.sin(sines!), tf.cos(cosines!)], 1);
    } else {
      const attrs = { ...how, ...(/^(Reshape|Fill)$/.test(operation) && { shape }) };
      const isList = list.length > 0 && '0' in given;
      results = tf.engine().runKernel(operation, (isList ? list : given) as never, attrs);
    }
    [results].flat().forEach((result, i) => {
      const [got, wanted] = [result.shape.join(), shapeOf(outputs[i]!).join()];
      if (got !== wanted) throw new Error(`${operation} gives [${got}], not [${wanted}]`);
      values.set(outputs[i]!, result);
    });
  }
  return Object.fromEntries([
    ...recording.outputs.map(({ name, tensor }) => [name, values.get(tensor)!] as const),
    ...recording.state.flatMap(({ name, next }) => (next ? [[`${name}:next`, values.get(next)!] as const] : [])),
  ]);
}

/** Draws and numbers of the host as they were in a recorded call. */
export function chosenIn(recording: Recording): Record<string, Tensor> {
  const sizes = recording.inputs.flatMap(({ name, data, shape, dtype }) =>
    data ? [[name, tf.tensor(data, shape as number[], dtype)] as const] : [],
  );
  return Object.fromEntries([...sizes, ...recording.draws.map(({ name, value }) => [name, value] as const)]);
}
