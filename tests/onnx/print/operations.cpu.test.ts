import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { cases, type Case, type Input } from '../../contract/operations.js';
import { emptyOf, numbersOf, specialOf, tensorOf } from '../../contract/operation-inputs.js';
import { recordOnce } from './record-once.js';
import { runRecording, type Printed } from './run-recording.js';

const aspects: Record<string, (one: Case) => readonly (readonly Input[])[]> = {
  values: ({ inputs }) => [inputs],
  broadcasting: ({ broadcast }) => (broadcast ? [broadcast] : []),
  special: (one) => (one.inputs.some(({ dtype }) => dtype === undefined) ? [specialOf(one)] : []),
  empty: (one) => (one.inputs.length > 0 ? emptyOf(one) : []),
};

test('all', async () => {
  const lines: string[] = [];
  for (const [name, list] of Object.entries(cases))
    for (const [aspect, inputsOf] of Object.entries(aspects))
      for (const one of [list].flat() as Case[])
        for (const inputs of inputsOf(one)) {
          try {
            const tensors = inputs.map((input, i) => tensorOf(numbersOf(input, i), input.dtype));
            const named = Object.fromEntries(tensors.map((x, i) => [`x${i}`, x]));
            const { recording, outputs } = recordOnce(one.run, named);
            const printed = await runRecording(recording, named);
            for (const [key, x] of Object.entries(outputs)) {
              const got = printed[key]!;
              const ours = Array.from(x.dataSync());
              if (got.dtype !== x.dtype || got.shape.join() !== x.shape.join())
                lines.push(`${name} ${aspect}: ${got.dtype} ${got.shape} not ${x.dtype} ${x.shape}`);
              const bad = ours.findIndex(
                (v, i) =>
                  !(
                    Object.is(v, got.data[i]) ||
                    v === got.data[i] ||
                    Math.abs(v - got.data[i]!) <= 1e-6 * Math.max(1e-3, Math.abs(v))
                  ),
              );
              if (bad >= 0)
                lines.push(
                  `${name} ${aspect}: at ${bad} ${got.data[bad]} not ${ours[bad]}; x=${tensors.map((t) => t.dataSync()[bad])}`,
                );
            }
          } catch (error) {
            lines.push(`${name} ${aspect}: ${String((error as Error).stack).slice(0, 300)}`);
          }
        }
  console.log(lines.join('\n'));
});
