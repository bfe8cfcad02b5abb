import { describe, expect, test } from 'vitest';
import { createAdam, loadCheckpoint, loadWeights, saveCheckpoint, saveWeights } from '../../../src/index.js';
import { atOnce } from '../../../src/training/pause.js';
import { checksumOfText } from '../../../src/training/saving/checksum.js';
import { withSums } from '../../../src/training/saving/checksums.js';
import { decodeSafetensors } from '../../support/safetensors.js';
import { snapshot, tinyVae } from '../sample.js';
import { inScope } from '../../support/in-scope.js';

inScope();

// of the reference implementation, by its test programs and other ports
test.each([
  ['', '00000000'],
  ['hello', '248bfa47'],
  ['hello, world', '149bbb7f'],
  ['The quick brown fox jumps over the lazy dog', '2e4ff723'],
])('of %j is that of MurmurHash3', (text, sum) => {
  expect(checksumOfText(text)).toBe(sum);
});

test('of a file are those of the numbers of each tensor, and of its metadata as pairs in JSON, sorted by name', () => {
  const tensor = { name: 'w', dtype: 'U8', shape: [5], data: new TextEncoder().encode('hello') } as const;
  const { checksums, ...others } = atOnce(withSums([tensor], { b: '1', a: 'é' }));
  expect(others).toEqual({ b: '1', a: 'é' });
  const metadata = checksumOfText('[["a","é"],["b","1"]]');
  expect(JSON.parse(checksums!)).toEqual({ metadata, tensors: { w: '248bfa47' } });
});

const sentence = /^load\w+: `\w+`.*; got .*\.$/s;

// every bit of smaller files: tests/model/flipped-bits.slow.test.ts
describe('a file of ours with one flipped bit', () => {
  const files = {
    checkpoint: async () => {
      const { trainer, data } = tinyVae(createAdam({ learningRate: 0.01 }));
      const load = (bytes: Uint8Array): Promise<void> => loadCheckpoint(trainer, bytes, { data });
      return { load, trainer, bytes: await saveCheckpoint(trainer, { data, metadata: { note: 'mine' } }) };
    },
    weights: async () => {
      const { trainer, decoder } = tinyVae(createAdam({ learningRate: 0.01 }));
      return { load: (bytes: Uint8Array) => loadWeights(decoder, bytes), trainer, bytes: await saveWeights(decoder) };
    },
  };

  test.each(Object.entries(files))('is rejected at positions all over the numbers of a %s', async (_, make) => {
    const { load, trainer, bytes } = await make();
    const before = await snapshot(trainer);
    const start = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
    for (let bit = 8 * start; bit < 8 * bytes.length; bit += 61) {
      const broken = bytes.slice();
      broken[bit >> 3]! ^= 1 << (bit & 7);
      await expect(load(broken)).rejects.toThrow(sentence);
    }
    expect(await snapshot(trainer)).toEqual(before);
  });

  test('is rejected at positions all over the header of a checkpoint', async () => {
    const { load, trainer, bytes } = await files.checkpoint();
    const before = await snapshot(trainer);
    const end = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
    let refused = 0;
    for (let bit = 0; bit < 8 * end; bit += 53) {
      const broken = bytes.slice();
      broken[bit >> 3]! ^= 1 << (bit & 7);
      const error = await load(broken).catch((reason: unknown) => reason as Error);
      if (error !== undefined) {
        expect(error.message).toMatch(sentence);
        refused++;
      }
    }
    expect(await snapshot(trainer)).toEqual(before);
    // what loads is the same file: a blank at the end of the header that has become a tab
    expect(refused).toBeGreaterThan((0.99 * 8 * end) / 53);
  });
});

test('a file that another program has rewritten with the same values still loads', async () => {
  const { trainer, data } = tinyVae(createAdam({ learningRate: 0.01 }));
  const bytes = await saveCheckpoint(trainer, { data });
  const { metadata, tensors } = decodeSafetensors('test', bytes);
  // names in another order, blanks, and offsets that follow
  const names = [...tensors.keys()].reverse();
  let end = 0;
  const fields = names.map((name) => {
    const { dtype, shape, data: numbers } = tensors.get(name)!;
    const begin = end;
    end += numbers.byteLength;
    return [name, { data_offsets: [begin, end], shape, dtype }] as const;
  });
  const header = JSON.stringify({ ...Object.fromEntries(fields), __metadata__: metadata }, null, 1);
  const text = new TextEncoder().encode(header);
  const rewritten = new Uint8Array(8 + text.length + end);
  new DataView(rewritten.buffer).setBigUint64(0, BigInt(text.length), true);
  rewritten.set(text, 8);
  let position = 8 + text.length;
  for (const name of names) {
    const { buffer } = tensors.get(name)!.data;
    rewritten.set(new Uint8Array(buffer as ArrayBuffer), position);
    position += buffer.byteLength;
  }
  await loadCheckpoint(trainer, rewritten, { data });
});
