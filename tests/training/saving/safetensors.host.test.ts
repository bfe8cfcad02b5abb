import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../support/safetensors.js';
import type { SafetensorsTensor } from '../../../src/training/saving/safetensors.js';
import { entry, example, file, floats, valid } from './safetensors-sample.js';

describe('bytes of a safetensors file', () => {
  it('equal those that the reference implementation asserts for one tensor', () => {
    // safetensors/src/tensor.rs, test_serialization_forced_alignement
    const tensor: SafetensorsTensor = {
      name: 'attn0',
      dtype: 'F32',
      shape: [1, 1, 2, 3],
      data: Float32Array.of(0, 1, 2, 3, 4, 5),
    };
    const header = '{"attn0":{"dtype":"F32","shape":[1,1,2,3],"data_offsets":[0,24]}}       ';
    const expected = [72, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode(header)];
    expected.push(0, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 64, 0, 0, 160, 64);
    expect(Array.from(encodeSafetensors({ tensors: [tensor], metadata: {} }))).toEqual(expected);
  });

  it('equal those that the reference implementation asserts for no tensor', () => {
    expect(Array.from(encodeSafetensors({ tensors: [], metadata: {} }))).toEqual([
      8, 0, 0, 0, 0, 0, 0, 0, 123, 125, 32, 32, 32, 32, 32, 32,
    ]);
    const header = '{"__metadata__":{"framework":"pt"}}     ';
    const bytes = encodeSafetensors({ tensors: [], metadata: { framework: 'pt' } });
    expect(Array.from(bytes)).toEqual([40, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode(header)]);
  });

  it('are those of a file written by hand, with any order of tensors and metadata', () => {
    expect(encodeSafetensors({ tensors: example, metadata: { format: 'test', made: 'by "us"\n' } })).toEqual(valid);
    const metadata = { made: 'by "us"\n', format: 'test' };
    expect(encodeSafetensors({ tensors: [...example].reverse(), metadata })).toEqual(valid);
  });

  it('hold the 80 bytes of the example in the docstring', () => {
    const weight = { name: 'weight', dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) } as const;
    const bytes = encodeSafetensors({ tensors: [weight], metadata: {} });
    expect(bytes.length).toBe(80);
    expect(decodeSafetensors('example', bytes).tensors.get('weight')?.data[1]).toBe(2);
  });

  it('begin each tensor at a multiple of its element size, and integer names do not move to the front', () => {
    const one = (name: string, dtype: 'F32' | 'U8'): SafetensorsTensor => ({
      name,
      dtype,
      shape: [1],
      data: dtype === 'F32' ? Float32Array.of(1) : Uint8Array.of(1),
    });
    const bytes = encodeSafetensors({
      tensors: [one('0', 'U8'), one('b', 'F32'), one('10', 'F32'), one('2', 'F32')],
      metadata: {},
    });
    expect([...decodeSafetensors('load', bytes).tensors.keys()]).toEqual(['10', '2', 'b', '0']);
    const text = new TextDecoder().decode(bytes);
    expect(text.indexOf('"10"')).toBeLessThan(text.indexOf('"2"'));
    expect(text.indexOf('"b"')).toBeLessThan(text.indexOf('"0"'));
  });
});

describe('reading a file', () => {
  it('gives back what was written, at any alignment, as copies', () => {
    for (let offset = 0; offset < 4; offset++) {
      const buffer = new Uint8Array(valid.length + 8);
      const view = buffer.subarray(offset, offset + valid.length);
      view.set(valid);
      const { metadata, tensors } = decodeSafetensors('load', view);
      buffer.fill(0);
      expect(metadata).toEqual({ format: 'test', made: 'by "us"\n' });
      expect(tensors.get('a.weight')).toEqual({
        dtype: 'F32',
        shape: [2, 3],
        data: Float32Array.of(0, 1, 2, -3, 4.5, 5),
      });
      expect(tensors.get('step')?.data).toEqual(Int32Array.of(-7));
      expect(tensors.get('flags')?.data).toEqual(Uint8Array.of(1, 0, 1));
      expect(tensors.get('none')?.shape).toEqual([0, 4]);
    }
  });

  it('reads the file in the documentation of the reference implementation', () => {
    const header = '{"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}';
    expect(decodeSafetensors('load', file(header, 16)).tensors.get('test')?.data).toEqual(new Int32Array(4));
  });

  it('takes tensors in any order of the header, and whitespace behind it', () => {
    const header = `{"b":${entry('U8', [1], [4, 5])},"a":${entry('U8', [4], [0, 4])}}   `;
    expect([...decodeSafetensors('load', file(header, 5)).tensors.keys()]).toEqual(['a', 'b']);
  });

  it('takes tensors without numbers wherever the header has them', () => {
    const [some, none] = [`"some":${entry('U8', [4], [0, 4])}`, `"none":${entry('U8', [0], [0, 0])}`];
    for (const fields of [`${some},${none}`, `${none},${some}`]) {
      expect([...decodeSafetensors('load', file(`{${fields}}`, 4)).tensors.keys()]).toEqual(['none', 'some']);
    }
  });

  it('keeps a name like __proto__ a plain name', () => {
    const bytes = encodeSafetensors({ tensors: [{ ...floats, name: '__proto__' }], metadata: {} });
    expect([...decodeSafetensors('load', bytes).tensors.keys()]).toEqual(['__proto__']);
  });
});

describe('what the format cannot hold', () => {
  it('is refused when written: a number that is not finite', () => {
    const tensors = [{ ...floats, data: new Float32Array(6).fill(NaN) }];
    expect(() => encodeSafetensors({ tensors, metadata: {} }, 'saveWeights')).toThrow(
      'saveWeights: `tensors` must have only finite numbers in the tensor "a.weight"; got NaN.',
    );
  });
});
