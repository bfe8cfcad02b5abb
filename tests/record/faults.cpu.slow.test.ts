import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { recordStep, type RecordedAttribute, type RecordedTensor, type Recording } from '../../src/record/index.js';
import type { Batch } from '../../src/training/index.js';
import { trainers } from '../contract/trainers.js';
import { nextStep, recordedStep, type Bits } from './compare-step.js';

const names = [
  'VAE',
  'GAN with statistics, R1 and an average',
  'a consistency model',
  'an autoregressive model of tokens',
];
const isSize = (size: unknown): size is Readonly<Record<string, number>> =>
  typeof size === 'object' && size !== null && !Array.isArray(size) && 'batch' in size;

/** A recording in which each value is replaced by another. */
function replaced(recording: Recording, of: (tensor: RecordedTensor) => RecordedTensor): Recording {
  return {
    ...recording,
    nodes: recording.nodes.map((node) => ({
      ...node,
      inputs: Object.fromEntries(Object.entries(node.inputs).map(([key, one]) => [key, of(one)])),
    })),
  };
}

/** Recordings as faulty recorders would make them, by what is wrong. */
const faults: Readonly<Record<string, (recording: Recording, ours: Bits) => readonly Recording[]>> = {
  // the numbers with which it was recorded take the place of what the caller gives
  'an input that is taken for a constant': (recording) =>
    recording.inputs
      .filter(({ name }) => name === 'x')
      .map((input) => {
        const own = { shape: input.shape, dtype: input.dtype };
        const data = Float32Array.from({ length: 4 * (input.shape[1] as number) }, (_, i) => (i % 7) / 8);
        const given = replaced(recording, (one) => (one === input.tensor ? own : one));
        return {
          ...given,
          constants: [
            ...recording.constants,
            { tensor: own, data: input.dtype === 'int32' ? Int32Array.from(data) : data },
          ],
        };
      }),
  'a size with another coefficient': (recording) =>
    recording.nodes.flatMap((node, i) => {
      const change = (value: RecordedAttribute): RecordedAttribute =>
        Array.isArray(value)
          ? (value as RecordedAttribute[]).map(change)
          : isSize(value)
            ? { ...value, batch: value['batch']! * 2 }
            : value;
      const attributes = Object.fromEntries(
        Object.entries(node.attributes).map(([key, value]) => [key, change(value)]),
      );
      const isOther = JSON.stringify(attributes) !== JSON.stringify(node.attributes);
      // a slice to the end may go beyond it
      return isOther && !/^(Slice|StridedSlice|Reshape|Fill)$/.test(node.operation)
        ? [{ ...recording, nodes: recording.nodes.map((one, j) => (i === j ? { ...one, attributes } : one)) }]
        : [];
    }),
  'a constant of the size with another coefficient': (recording) =>
    recording.nodes.flatMap((node, i) => {
      const value = node.attributes['value'];
      if (node.operation !== 'Fill' || !isSize(value)) return [];
      const attributes = { ...node.attributes, value: { ...value, batch: value['batch']! * 1.5 } };
      return [{ ...recording, nodes: recording.nodes.map((one, j) => (i === j ? { ...one, attributes } : one)) }];
    }),
  // a count of skipped updates stays the same
  'a state whose update is lost': (recording, ours) =>
    recording.state.flatMap(({ next, name }, i) =>
      next && ours[`${name}:next`]
        ? [{ ...recording, state: recording.state.map((one, j) => (i === j ? { ...one, next: undefined } : one)) }]
        : [],
    ),
  'two updates that are exchanged': (recording, ours) => {
    const changed = recording.state.filter(({ next, name }) => next && ours[`${name}:next`]);
    return changed.flatMap((one) => {
      const other = changed.find(
        ({ shape, name }) => name !== one.name && JSON.stringify(shape) === JSON.stringify(one.shape),
      );
      return other
        ? [
            {
              ...recording,
              state: recording.state.map((each) =>
                each === one ? { ...each, next: other.next } : each === other ? { ...each, next: one.next } : each,
              ),
            },
          ]
        : [];
    });
  },
  'draws in another order': (recording) =>
    recording.draws.flatMap(({ tensor, shape }, i) => {
      const other = recording.draws.find((one, j) => j !== i && JSON.stringify(one.shape) === JSON.stringify(shape));
      return other
        ? [replaced(recording, (one) => (one === tensor ? other.tensor : one === other.tensor ? tensor : one))]
        : [];
    }),
};

const shapeOf = ({ shape, dtype }: Tensor): { shape: (number | null)[]; dtype: 'float32' } => ({
  shape: [null, ...shape.slice(1)],
  dtype: dtype as 'float32',
});

test.each(names)('faults of a recorder of the steps of %s are found', async (name) => {
  const { make, batches } = trainers.find((one) => one.name === name)!;
  const trainer = make();
  const [first, second] = batches() as [Batch, Batch];
  tf.dispose({ ...trainer.step(first) });
  const fixed = await recordStep(trainer, second);
  const spec =
    second instanceof tf.Tensor
      ? shapeOf(second)
      : { x: shapeOf(second.x), condition: shapeOf(second.condition as Tensor) };
  const free = await recordStep(trainer, spec);
  const ours = await nextStep(trainer, second);
  expect(await recordedStep(free, second, fixed)).toEqual(ours);
  let planted = 0;
  for (const [kind, plant] of Object.entries(faults))
    for (const [i, faulty] of plant(free, ours).entries()) {
      planted++;
      // a recording that cannot be replayed is found as well
      const given = await recordedStep(faulty, second, fixed).catch(() => undefined);
      const isSame =
        given !== undefined &&
        JSON.stringify(Object.entries(given).sort()) === JSON.stringify(Object.entries(ours).sort());
      expect(isSame, `${kind} ${i}`).toBe(false);
    }
  expect(planted).toBeGreaterThan(10);
});
