import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { emptyOf, numbersOf, specialOf, tensorOf } from '../../contract/operation-inputs.js';
import { cases, type Case, type Input } from '../../contract/operations.js';
import { isSame } from '../../onnx/print/expect-same.js';
import { recordOnce } from '../../onnx/print/record-once.js';
import { inScope } from '../../support/in-scope.js';
import { hasTorch, runSources } from './run-source.js';

inScope();

/** Where PyTorch gives something else; `isRefused` if it throws there, or here. */
const deviations = [
  { operation: 'all', aspect: 'empty', what: 'of no values it is true; here false' },
  { operation: 'matMul', aspect: 'empty', what: 'an empty batch times one matrix has no numbers; here it has some' },
  { operation: 'max', aspect: 'empty', what: 'of no numbers it throws', isRefused: true },
  { operation: 'mean', aspect: 'empty', what: 'of no numbers it is NaN; here 0' },
  { operation: 'min', aspect: 'empty', what: 'of no numbers it throws', isRefused: true },
  { operation: 'mirrorPad', aspect: 'empty', what: 'tfjs refuses it', isRefused: true },
  { operation: 'moments', aspect: 'empty', what: 'of no numbers they are NaN; here 0' },
  { operation: 'unsortedSegmentSum', aspect: 'special', what: 'NaN in one row stays there; here it gives NaN in all' },
];

const aspects: Readonly<Record<string, (one: Case) => readonly (readonly Input[])[]>> = {
  values: ({ inputs }) => [inputs],
  broadcasting: ({ broadcast }) => (broadcast ? [broadcast] : []),
  special: (one) => (one.inputs.some(({ dtype }) => dtype === undefined) ? [specialOf(one)] : []),
  empty: (one) => (one.inputs.length > 0 ? emptyOf(one) : []),
};

test.skipIf(!hasTorch)('each operation gives the same in PyTorch', () => {
  const all = new Map<string, ReturnType<typeof recordOnce> & { inputs: Record<string, Tensor> }>();
  for (const aspect of Object.keys(aspects))
    for (const [operation, given] of Object.entries(cases)) {
      if (deviations.some((one) => one.isRefused && one.operation === operation && one.aspect === aspect)) continue;
      for (const one of [given].flat() as readonly Case[])
        for (const inputs of aspects[aspect]!(one)) {
          const tensors = inputs.map((input, i) => tensorOf(numbersOf(input, i), input.dtype));
          const named = Object.fromEntries(tensors.map((x, i) => [`x${i}`, x]));
          all.set(`${operation} ${aspect} ${all.size}`, { ...recordOnce(one.run, named), inputs: named });
        }
    }
  const printed = runSources(all);
  const wrong = Array.from(all, ([key, { outputs }]) => {
    const found = printed.get(key)!;
    const isRight = Object.entries(outputs).every(([name, x]) => isSame(x, (found as never)[name]));
    return isRight ? '' : key.split(' ').slice(0, 2).join(' ');
  });
  const known = deviations.filter((one) => !one.isRefused).map(({ operation, aspect }) => `${operation} ${aspect}`);
  expect(Array.from(new Set(wrong.filter(Boolean))).sort()).toEqual(known.sort());
});
