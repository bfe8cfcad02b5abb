import { atOnce } from '../../../src/training/pause.js';
import { checksumOfText } from '../../../src/training/saving/checksum.js';
import { withSums } from '../../../src/training/saving/checksums.js';

/** Numbers that depend on a seed alone, by Marsaglia's xorshift. */
export interface Dice {
  /** An integer of [0, n). */
  below(n: number): number;
  /** One of these. */
  of<T>(choices: readonly T[]): T;
}

export function createDice(seed: number): Dice {
  let state = (seed * 2654435761 + 1) | 0 || 1;
  const below = (n: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
  };
  for (let i = 0; i < 8; i++) below(1);
  return { below, of: (choices) => choices[below(choices.length)]! };
}

/** A file with something broken in it. */
type Breaks = (file: Uint8Array, dice: Dice) => Uint8Array;

interface Field {
  dtype: unknown;
  shape: unknown;
  data_offsets: unknown;
}
type Tensors = Record<string, Field>;
interface Parts {
  readonly tensors: Tensors;
  readonly metadata: Record<string, unknown>;
  readonly data: Uint8Array;
}

const join = (...pieces: readonly Uint8Array[]): Uint8Array => Uint8Array.from(pieces.flatMap((piece) => [...piece]));
const headerEnd = (file: Uint8Array): number =>
  8 + Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
const textOf = (file: Uint8Array): string => new TextDecoder().decode(file.subarray(8, headerEnd(file)));

function written(header: string | Uint8Array, data: Uint8Array): Uint8Array {
  const bytes = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(bytes.length), true);
  const file = new Uint8Array(8 + bytes.length + data.length);
  file.set(length);
  file.set(bytes, 8);
  file.set(data, 8 + bytes.length);
  return file;
}

/** Rewrites the text of the header. */
const text =
  (edit: (header: string, dice: Dice) => string | Uint8Array): Breaks =>
  (file, dice) =>
    written(edit(textOf(file), dice), file.subarray(headerEnd(file)));

/** Changes what the header says, and leaves the checksums as they are. */
const header =
  (edit: (parts: Parts, dice: Dice) => void, isSummed = false): Breaks =>
  (file, dice) => {
    const { __metadata__: metadata, ...tensors } = JSON.parse(textOf(file)) as Tensors & {
      __metadata__: Record<string, string>;
    };
    const parts = { tensors, metadata, data: file.slice(headerEnd(file)) };
    edit(parts, dice);
    const fields = { __metadata__: isSummed ? summed(parts) : parts.metadata, ...parts.tensors };
    return written(JSON.stringify(fields), parts.data);
  };

/** Changes what the file says, and makes checksums that go with it: a forger, or a bug in another writer. */
const forged = (edit: (parts: Parts, dice: Dice) => void): Breaks => header(edit, true);

function summed({ tensors, metadata, data }: Parts): Record<string, string> {
  const others = Object.fromEntries(
    Object.entries(metadata as Record<string, string>).filter(([key]) => key !== 'checksums'),
  );
  const list = Object.entries(tensors).map(([name, { data_offsets: offsets }]) => {
    const [begin, end] = offsets as [number, number];
    return { name, dtype: 'F32', shape: [], data: data.subarray(begin, end) } as const;
  });
  return atOnce(withSums(list, others));
}

/** One of the tensors that hold numbers, and its name. */
function someTensor({ tensors }: Parts, dice: Dice): [string, Field & { shape: number[]; data_offsets: number[] }] {
  return dice.of(Object.entries(tensors)) as never;
}

/** Changes the description of one tensor. */
const tensor = (change: (field: { shape: number[]; data_offsets: number[] }, dice: Dice) => object): Breaks =>
  header((parts, dice) => {
    const [name, field] = someTensor(parts, dice);
    parts.tensors[name] = { ...field, ...change(field, dice) };
  });

/** Changes the plain state of the trainer, with a right checksum. */
const plain = (change: (state: Record<string, unknown>, dice: Dice) => unknown): Breaks =>
  forged(({ metadata }, dice) => {
    const state = JSON.parse(metadata['trainer'] as string) as Record<string, unknown>;
    metadata['trainer'] = JSON.stringify(change(state, dice));
  });

/** Gives one tensor another name; its place in the file stays. */
const renamed = (name: (old: string, dice: Dice) => string): Breaks =>
  header((parts, dice) => {
    const [old] = someTensor(parts, dice);
    const { [old]: field, ...others } = parts.tensors;
    for (const key of Object.keys(parts.tensors)) delete parts.tensors[key];
    Object.assign(parts.tensors, others, { [name(old, dice)]: field });
  });

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
const nonsense = [null, -1, 1.5, 1e300, '3', [], {}, true, 2 ** 53];

const ofBytes: Record<string, Breaks> = {
  'a bit turned': (file, dice) => {
    const bytes = file.slice();
    bytes[dice.below(bytes.length)]! ^= 1 << dice.below(8);
    return bytes;
  },
  'a byte replaced': (file, dice) => {
    const bytes = file.slice();
    bytes[dice.below(bytes.length)] = dice.below(256);
    return bytes;
  },
  'ten bytes replaced': (file, dice) => {
    const bytes = file.slice();
    for (let i = 0; i < 10; i++) bytes[dice.below(bytes.length)] = dice.below(256);
    return bytes;
  },
  'a bit of the numbers turned': (file, dice) => {
    const bytes = file.slice();
    const start = headerEnd(file);
    bytes[start + dice.below(bytes.length - start)]! ^= 1 << dice.below(8);
    return bytes;
  },
  'cut short': (file, dice) => file.slice(0, dice.below(file.length)),
  'cut within its first 16 bytes': (file, dice) => file.slice(0, dice.below(17)),
  'bytes after its end': (file, dice) => join(file, new Uint8Array(1 + dice.below(64)).fill(dice.below(256))),
  'bytes put in': (file, dice) => {
    const at = dice.below(file.length);
    return join(file.subarray(0, at), new Uint8Array(1 + dice.below(8)).fill(dice.below(256)), file.subarray(at));
  },
  'bytes left out': (file, dice) => {
    const at = dice.below(file.length - 8);
    return join(file.subarray(0, at), file.subarray(at + 1 + dice.below(8)));
  },
  'two blocks swapped': (file, dice) => {
    const [a, b] = [0, 1].map(() => 32 * dice.below(Math.floor(file.length / 32))) as [number, number];
    const bytes = file.slice();
    bytes.set(file.subarray(a, a + 32), b);
    bytes.set(file.subarray(b, b + 32), a);
    return bytes;
  },
  'a block doubled': (file, dice) => {
    const [at, size] = [dice.below(file.length), 16 + dice.below(240)];
    return join(file.subarray(0, at + size), file.subarray(at));
  },
  'a block of zeros': (file, dice) => {
    const at = dice.below(file.length);
    return file.slice().fill(0, at, at + 64);
  },
  'a block of noise': (file, dice) => {
    const at = dice.below(file.length);
    return file.map((byte, i) => (i >= at && i < at + 64 ? dice.below(256) : byte));
  },
  'another length of its header': (file, dice) => {
    const bytes = file.slice();
    const length = BigInt(headerEnd(file) - 8 + dice.of([-8, -1, 1, 8, 4096]));
    new DataView(bytes.buffer).setBigUint64(0, length, true);
    return bytes;
  },
  'a huge length of its header': (file, dice) => {
    const bytes = file.slice();
    new DataView(bytes.buffer).setBigUint64(0, dice.of([2n ** 64n - 1n, 2n ** 53n, 2n ** 31n, 100_000_001n]), true);
    return bytes;
  },
  'nothing but noise': (file, dice) => file.map(() => dice.below(256)),
};

const ofHeaders: Record<string, Breaks> = {
  'another type of a tensor': tensor((_, dice) => ({ dtype: dice.of(['I32', 'U8', 'BOOL']) })),
  'an unknown type of a tensor': tensor((_, dice) => ({
    dtype: dice.of(['F16', 'BF16', 'F64', 'I64', '', 'f32', null, 32, '__proto__']),
  })),
  'another shape of a tensor': tensor(({ shape }, dice) => ({
    shape: dice.of([[...shape, 1], [1, ...shape], [shape.reduce((a, b) => a * b, 1), 1, 1], []]),
  })),
  'a huge size in a shape': tensor(({ shape }, dice) => ({
    shape: [dice.of([2 ** 31, 2 ** 53, 1e300, 4294967296]), ...shape.slice(1)],
  })),
  'a size that is none': tensor(({ shape }, dice) => ({
    shape: [dice.of([-1, 0.5, '4', null, [4], {}, true]), ...shape.slice(1)],
  })),
  'other offsets': tensor(({ data_offsets: [begin, end] }, dice) => {
    const by = dice.of([-4, 4, 8, 400]);
    return { data_offsets: [begin! + by, end! + by] };
  }),
  'offsets that are none': tensor(({ data_offsets: [begin, end] }, dice) => ({
    data_offsets: dice.of([[end, begin], [begin], [], [begin, end, end], [-1, 3], 'all', null, [1e300, 1e301]]),
  })),
  'a deeply nested shape': text((json) => json.replace(/"shape":\[[^\]]*\]/, `"shape":${nested(20_000)}`)),
  'names of two tensors swapped': header((parts, dice) => {
    const [a, b] = [someTensor(parts, dice), someTensor(parts, dice)];
    if (a[0] === b[0]) parts.tensors[a[0]] = { ...a[1], dtype: 'I64' };
    else [parts.tensors[a[0]], parts.tensors[b[0]]] = [b[1], a[1]];
  }),
  'another name of a tensor': renamed((name, dice) =>
    dice.of([`${name} `, `x${name}`, '', '-1', name.toUpperCase() + '!']),
  ),
  'a name with control characters': renamed((_, dice) =>
    dice.of(['\u001b[2J\u001b[H', '\n'.repeat(9), '\u202e.0', '\0', '\ud800']),
  ),
  'a name of 300,000 characters': renamed(() => 'n'.repeat(300_000)),
  'a name of 100,000 escapes': renamed(() => '"\\'.repeat(50_000)),
  'a name of the language': renamed((_, dice) =>
    dice.of(['toString', 'constructor', 'hasOwnProperty', '__metadata__ ']),
  ),
  'a tensor left out': header((parts, dice) => void delete parts.tensors[someTensor(parts, dice)[0]]),
  'a tensor too many': header(({ tensors, data }, dice) => {
    const at = data.length;
    tensors[dice.of(['more', '99', 'encoder.99'])] = { dtype: 'F32', shape: [0], data_offsets: [at, at] };
  }),
  'a tensor twice': text((json) =>
    json.replace(/("[\w.]+":\{"dtype")/, (start) => `${start}:"F32","shape":[0],"data_offsets":[0,0]},${start}`),
  ),
  'a field twice': text((json) => json.replace('"dtype":', '"dtype":"F32","dtype":')),
  'a field more': tensor((_, dice) => ({ [dice.of(['scale', 'zero_point', 'toString'])]: dice.of([1, null, []]) })),
  'a header of another kind': text((_, dice) =>
    dice.of(['[]', 'null', '"{}"', '1', '', '{', '{}', `${nested(50_000)}`]),
  ),
  'a byte order mark': text((json) => `\ufeff${json}`),
  'a header that is no UTF-8': text((json, dice) => {
    const bytes = new TextEncoder().encode(json);
    bytes[dice.below(bytes.length)] = 0xff;
    return bytes;
  }),
  'metadata of another kind': header(({ metadata }, dice) => {
    metadata[dice.of(Object.keys(metadata))] = dice.of([1, null, [], {}, true]);
  }),
  'metadata left out': header(({ metadata }, dice) => void delete metadata[dice.of(Object.keys(metadata))]),
  'metadata more': header(({ metadata }) => void (metadata['author'] = 'nobody')),
  'another checksum': text((json, dice) => {
    const sums = [...json.matchAll(/\\":\\"([0-9a-f]{8})/g)];
    const at = dice.of(sums).index + 5 + dice.below(8);
    return `${json.slice(0, at)}${json[at] === '0' ? '1' : '0'}${json.slice(at + 1)}`;
  }),
  'checksums of another kind': header(({ metadata }, dice) => {
    metadata['checksums'] = dice.of(['', '{', 'null', '[]', '{"metadata":0,"tensors":null}', nested(20_000)]);
  }),
  'a number that is not finite': forged((parts, dice) => {
    const [, { data_offsets: offsets }] = someTensor(parts, dice);
    const bits = dice.of([0x7fc00000, 0x7f800000, 0xff800000]);
    new DataView(parts.data.buffer).setUint32(offsets[0]!, bits, true);
  }),
  // what is another file of the same numbers
  'blanks in its header': text((json) => JSON.stringify(JSON.parse(json), null, 2)),
  'its keys in another order': text((json) =>
    JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(json) as object).reverse())),
  ),
};

const ofCheckpoints: Record<string, Breaks> = {
  'another format': forged(({ metadata }, dice) => {
    metadata['format'] = dice.of(['pt', '', 'tfjs-generative weights 1', 'tfjs-generative checkpoint 3', '\u001b[31m']);
  }),
  'the state of another trainer': plain((state, dice) => ({
    ...state,
    trainer: dice.of(['gan ', 'VAE', '', null, 3, '\u001b[2J', 'x'.repeat(300_000)]),
  })),
  'no state of a trainer': plain((_, dice) => dice.of([null, [], 3, 'vae', {}])),
  'a broken counter of steps': plain((state, dice) => ({ ...state, steps: dice.of(nonsense) })),
  'a broken random state': plain((state, dice) => ({ ...state, random: dice.of([...nonsense, { seed: 1 }]) })),
  'a random state of other words': plain((state, dice) => {
    const random = state['random'] as Record<string, unknown>;
    return { ...state, random: { ...random, [dice.of(Object.keys(random))]: dice.of([null, -1.5, {}, [[]]]) } };
  }),
  'the state of another optimizer': plain((state, dice) => {
    const key = Object.keys(state).find((name) => /optimizer/i.test(name))!;
    return { ...state, [key]: dice.of([null, {}, { optimizer: 'SGD' }, { optimizer: 'adam ' }, 'Adam', [1]]) };
  }),
  'JSON that is none': forged(({ metadata }, dice) => {
    metadata[dice.of(['trainer', 'about', 'data'])] = dice.of(['', '{', '{"a":}', 'undefined', 'NaN', '\u0000']);
  }),
  'JSON of 20,000 levels': forged(({ metadata }, dice) => {
    metadata[dice.of(['trainer', 'about', 'data'])] = nested(20_000);
  }),
  'a place outside of its data': forged(({ metadata }, dice) => {
    metadata['data'] = JSON.stringify(
      dice.of([null, 3, { epoch: 0, position: 3 }, { epoch: -1, position: 0 }, { epoch: 0.5, position: 0 }, {}]),
    );
  }),
  'a run of other numbers': forged(({ metadata }, dice) => {
    const about = JSON.parse(metadata['about'] as string) as { run: Record<string, unknown> };
    about.run[dice.of(Object.keys(about.run))] = dice.of([7, 'x'.repeat(300_000), '\u001b[2J', { a: [[]] }]);
    metadata['about'] = JSON.stringify(about);
  }),
};

/** The kinds of broken files: of checkpoints all, of weights the first two groups. */
export const kinds: Readonly<Record<'weights' | 'checkpoint', Readonly<Record<string, Breaks>>>> = {
  weights: { ...ofBytes, ...ofHeaders },
  checkpoint: { ...ofBytes, ...ofHeaders, ...ofCheckpoints },
};

/** The seed of the mutants of a kind. */
export const seedOf = (kind: string): number => Number.parseInt(checksumOfText(kind), 16);
