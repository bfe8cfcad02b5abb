import { describe, expect, it } from 'vitest';
import { entry, file, refusal, sentence, valid } from './safetensors-sample.js';

const u8 = (shape: unknown, offsets: unknown) => entry('U8', shape, offsets);
/** Text with one byte for each character. */
const latin = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
/** A file that holds the header that it announces, of one byte more than any reader takes. */
function longHeader(): Uint8Array {
  const bytes = new Uint8Array(100_000_009);
  new DataView(bytes.buffer).setBigUint64(0, 100_000_001n, true);
  return bytes;
}
const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
const refused: readonly [string, Uint8Array, RegExp][] = [
  ['an empty file', new Uint8Array(0), /8 bytes.*in a file of 0\./],
  [
    'a header of 100 MB and a byte',
    Uint8Array.of(1, 0xe1, 0xf5, 5, 0, 0, 0, 0),
    /at most 100000000 bytes; got a header of 100000001/,
  ],
  [
    'a header of 2^64 - 1 bytes',
    new Uint8Array(8).fill(255),
    /at most 100000000 bytes; got a header of 18446744073709552000/,
  ],
  [
    'a header longer than the file',
    file('{}').subarray(0, 9),
    /must hold the header.*got a header of 2 bytes in a file of 9/,
  ],
  [
    'a header that would hold 100 MB and a byte',
    longHeader(),
    /got a header of 100000001 bytes in a file of 100000009/,
  ],
  ['a header that is no UTF-8', file(latin(`{"\xff":${u8([0], [0, 0])}}`)), /UTF-8/],
  ['a byte order mark', file('\ufeff{}'), /object in JSON/],
  ['a header that is an array', file('[]'), /object in JSON.*got "\[\]"/],
  ['an empty header', file(''), /object in JSON/],
  ['a header that is no JSON', file('{"a":}'), /JSON/],
  ['a tensor twice', file(`{"a":${u8([1], [0, 1])},"a":${u8([1], [0, 1])}}`, 1), /each key.*got 4 duplicates/],
  [
    'a tensor twice, once in escapes',
    file(`{"a":${u8([1], [0, 1])},"\\u0061" :${u8([1], [0, 1])}}`, 1),
    /each key.*got 4 duplicates/,
  ],
  [
    'a field twice',
    file('{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1),
    /each key.*got 1 duplicates/,
  ],
  ['metadata that is no object', file('{"__metadata__":[]}'), /__metadata__` that is an object; got \[\]/],
  ['metadata that are a number', file('{"__metadata__":5}'), /__metadata__` that is an object; got 5/],
  ['metadata with a number', file('{"__metadata__":{"step":1}}'), /only strings.*got "step"/],
  ['a tensor that is no object', file('{"a":null}'), /"a" only by dtype.*got null/],
  [
    'a field of its own',
    file('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"scale":2}}', 1),
    /data_offsets; got \{ .*scale \}/,
  ],
  ['a number for a tensor', file('{"a":5}'), /"a" only by dtype, shape and data_offsets; got 5/],
  ['a dtype in a list', file(`{"a":${entry(['U8'], [0], [0, 0])}}`), /dtype.*got \['U8'\]/],
  ['no dtype', file('{"a":{"shape":[1],"data_offsets":[0,1]}}', 1), /dtype.*got undefined/],
  ['a shape with a fraction', file(`{"a":${u8([1.5], [0, 1])}}`, 1), /shape.*got \[1\.5\]/],
  ['a shape with a negative size', file(`{"a":${u8([-1], [0, 1])}}`, 1), /shape.*got \[-1\]/],
  ['a shape with text', file(`{"a":${u8(['1'], [0, 1])}}`, 1), /shape.*got \['1'\]/],
  ['a shape of unsafe size', file(`{"a":${u8([2 ** 53], [0, 1])}}`, 1), /shape/],
  ['a shape whose product overflows', file(`{"a":${u8([2 ** 30, 2 ** 30, 0], [0, 0])}}`), /NaN bytes/],
  [
    'a deeply nested shape',
    file(`{"a":{"dtype":"U8","shape":${deep},"data_offsets":[0,1]}}`, 1),
    /shape.*got \[Array of length 1\]/,
  ],
  ['three offsets', file(`{"a":${u8([1], [0, 1, 2])}}`, 1), /two data_offsets.*got \[0, 1, 2\]/],
  ['offsets that go back', file(`{"a":${u8([1], [1, 0])}}`, 1), /1 bytes for.*got -1/],
  ['offsets that do not fit the shape', file(`{"a":${u8([2], [0, 3])}}`, 3), /2 bytes for the U8 shape \[2\].*got 3/],
  ['a hole', file(`{"a":${u8([1], [0, 1])},"b":${u8([1], [2, 3])}}`, 3), /"b" begin at byte 1 .*got 2/],
  ['an overlap', file(`{"a":${u8([2], [0, 2])},"b":${u8([2], [1, 3])}}`, 3), /"b" begin at byte 2 .*got 1/],
  ['data that begins late', file(`{"a":${u8([1], [1, 2])}}`, 2), /"a" begin at byte 0 /],
  ['a missing byte', valid.subarray(0, valid.length - 1), /bytes of data.*cut short/],
  ['a trailing byte', Uint8Array.of(...valid, 0), /36 bytes of data.*got 37\. The file is damaged/],
  [
    'a bool of 2',
    file(`{"a":${entry('BOOL', [1], [0, 1])}}`, Uint8Array.of(2)),
    /only 0 and 1 in the tensor "a"; got 2/,
  ],
];

describe('a broken file', () => {
  it.each(refused)('is refused in one sentence: %s', (_, bytes, message) => {
    const error = refusal(bytes);
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toMatch(sentence);
    expect(error.message).toMatch(message);
  });

  it.each(['F8_E4M3', 'F8_E5M2', 'F4', 'C64', 'I128', 'float32', 'toString'])(
    'is refused with the dtype %s by name',
    (dtype) => {
      expect(refusal(file(`{"a":${entry(dtype, [0], [0, 0])}}`)).message).toMatch(
        new RegExp(`BOOL in the tensor "a"; got '${dtype}'\\. Convert the tensor to F32`),
      );
    },
  );

  it.each([NaN, Infinity, -Infinity])('is refused when it holds %s, and the tensor is named', (value) => {
    const header = `{"ok":${entry('F32', [1], [0, 4])},"decoder.3":${entry('F32', [2], [4, 12])}}`;
    const message = refusal(file(header, new Uint8Array(Float32Array.of(1, 2, value).buffer))).message;
    expect(message).toMatch(sentence);
    expect(message).toContain('tensor "decoder.3"');
    expect(message).toContain(`got ${value}.`);
  });

  it('is rejected with a name that cannot control a terminal and is not too long', () => {
    const message = refusal(file(JSON.stringify({ [`\u001b[2J${'x'.repeat(5000)}`]: 1 }))).message;
    expect(message).toMatch(sentence);
    expect(message.length).toBeLessThan(300);
    expect(message.includes('\u001b')).toBe(false);
  });

  it('is a TypeError if it is not a Uint8Array', () => {
    expect(refusal(valid.buffer)).toBeInstanceOf(TypeError);
    expect(refusal(valid.buffer).message).toBe(
      'load: `bytes` must be a Uint8Array; got an instance of ArrayBuffer. Wrap an ArrayBuffer: new Uint8Array(buffer).',
    );
    expect(refusal(undefined).message).toMatch(sentence);
  });
});
