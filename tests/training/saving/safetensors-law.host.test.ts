import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../support/safetensors.js';
import type { SafetensorsContent, SafetensorsData } from '../../../src/training/saving/safetensors.js';
import { bits, file, reencode, refusal, sentence, valid } from './safetensors-sample.js';

describe('any file', () => {
  const shape = fc.array(fc.nat(3), { maxLength: 3 });
  const size = (sizes: number[]) => sizes.reduce((product, n) => product * n, 1);
  const word = fc.string({ unit: 'binary' });
  const tensor = fc
    .tuple(
      word.filter((name) => name !== '__metadata__'),
      shape,
      fc.constantFrom<'F32' | 'I32' | 'U8' | 'BOOL'>('F32', 'I32', 'U8', 'BOOL'),
    )
    .chain(([name, sizes, dtype]) => {
      const n = { minLength: size(sizes), maxLength: size(sizes) };
      const data = {
        F32: fc.float32Array({ ...n, noNaN: true, noDefaultInfinity: true }),
        I32: fc.int32Array(n),
        U8: fc.uint8Array(n),
        BOOL: fc.uint8Array({ ...n, max: 1 }),
      };
      return data[dtype].map((values): SafetensorsData & { readonly name: string } => ({
        name,
        dtype,
        shape: sizes,
        data: values,
      }));
    });
  const tensors = fc.uniqueArray(tensor, { selector: ({ name }) => name, maxLength: 5 });

  it('comes back bit for bit', () => {
    const law = fc.property(tensors, fc.dictionary(word, word, { maxKeys: 3 }), (list, metadata) => {
      const content = { metadata, tensors: new Map(list.map(({ name, ...rest }) => [name, rest])) };
      const back = decodeSafetensors('load', encodeSafetensors({ tensors: list, metadata }));
      expect(bits(back)).toEqual(bits(content));
      expect(reencode(back)).toEqual(encodeSafetensors({ tensors: list, metadata }));
    });
    fc.assert(law, { seed: 20, numRuns: 200 });
  });

  it('is refused in one sentence after any truncation', () => {
    for (let length = 0; length < valid.length; length++) {
      expect(refusal(valid.subarray(0, length)).message).toMatch(sentence);
    }
  });

  it('is either refused in one sentence or still a valid file after any change of a byte', () => {
    let accepted = 0;
    const law = fc.property(fc.nat(valid.length - 1), fc.nat(255), (position, value) => {
      const changed = valid.slice();
      changed[position] = value;
      let content: SafetensorsContent;
      try {
        content = decodeSafetensors('load', changed);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        expect((error as Error).message).toMatch(sentence);
        return;
      }
      accepted++;
      expect(bits(decodeSafetensors('load', reencode(content)))).toEqual(bits(content));
    });
    fc.assert(law, { seed: 21, numRuns: 3000 });
    expect(accepted).toBeGreaterThan(50);
  });

  it('is refused in one sentence when it is noise', () => {
    const header = fc.oneof(
      fc.json(),
      fc.string(),
      fc.json().map((json) => `{"a":${json}}`),
    );
    const law = fc.property(header, fc.uint8Array({ maxLength: 40 }), (text, data) => {
      try {
        decodeSafetensors('load', file(text, data));
      } catch (error) {
        expect((error as Error).message).toMatch(sentence);
      }
    });
    fc.assert(law, { seed: 22, numRuns: 1000 });
  });
});
