import { describe, expect, it } from 'vitest';
import { createRandom, type RandomState } from '../../src/random/index.js';

const laneStep = 4;

/** xoshiro128++ as its authors wrote it, in unbounded integers. */
function* xoshiro(words: readonly number[]): Generator<number, never> {
  const mask = 0xffffffffn;
  const rotate = (x: bigint, by: bigint) => ((x << by) | (x >> (32n - by))) & mask;
  const s = words.map(BigInt) as [bigint, bigint, bigint, bigint];
  while (true) {
    yield Number((rotate((s[0] + s[3]) & mask, 7n) + s[0]) & mask);
    const shifted = (s[1] << 9n) & mask;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 11n);
  }
}

/** The words that a stream in this state draws, its lanes taking turns. */
function referenceWords({ words }: RandomState, steps: number): number[] {
  const lanes = [0, 1, 2, 3].map((lane) => xoshiro([0, 4, 8, 12].map((word) => words[word + lane]!)));
  return Array.from({ length: laneStep * steps }, (_, i) => lanes[i % laneStep]!.next().value);
}

function hexadecimal(words: Iterable<number>): string {
  return Array.from(words, (word) => (word >>> 0).toString(16).padStart(8, '0')).join(' ');
}

/** The bits of float32 numbers. */
function bitsOf(values: ArrayLike<number>): Uint32Array {
  return new Uint32Array(Float32Array.from(values).buffer);
}

describe('the bits of a stream', () => {
  it('are those that the authors of xoshiro128++ print for the words 1, 2, 3, 4', async () => {
    const random = createRandom(0);
    const words = [1, 2, 3, 4].flatMap((word) => [word, word, word, word]);
    random.restore({ ...random.state(), words });
    const drawn = await random.integers([10, laneStep], -(2 ** 31), 2 ** 31).data();
    const expected = [
      641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295, 495546011, 621204420,
    ];
    for (let lane = 0; lane < laneStep; lane++) {
      expect(expected.map((_, i) => drawn[laneStep * i + lane]! + 2 ** 31)).toEqual(expected);
    }
  });

  it('are those of a generator in exact integers, lane by lane, for small and large seeds', async () => {
    for (const seed of [0, 1, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
      const random = createRandom(seed).fork('x');
      const expected = referenceWords(random.state(), 25);
      const drawn = await random.integers([100], -(2 ** 31), 2 ** 31).data();
      expect(Array.from(drawn, (n) => n + 2 ** 31)).toEqual(expected);
      const next = referenceWords(random.state(), 25);
      const uniforms = await random.uniform([100]).data();
      expect(Array.from(uniforms)).toEqual(next.map((word) => (word >>> 8) / 2 ** 24));
    }
  });

  it('never change: a saved experiment depends on them', async () => {
    const random = createRandom(0);
    expect(hexadecimal(random.state().words)).toBe(
      'eb0176de 3e6bc54e e36cd76e dcaead64 e6c6fbe9 0c79369e 9ea5eab8 2c9551f6 ' +
        '4d0c4a4f b36f3c19 2e8f60ed 113a22ec 353d2edc c8a88e98 00efe3bb 8895a094',
    );
    expect(hexadecimal(bitsOf(await random.normal([16]).data()))).toBe(
      '3f2f2883 be0a2dc5 bf22aaa7 bf18248a 401c2453 3f2f7183 400e179c bf833f5a ' +
        'bf6d37ba 3e3f3f78 3ec55f95 bd8bd3e7 3ec63979 3eef65a2 3f6f2da2 bf07b731',
    );
    const fork = createRandom(Number.MAX_SAFE_INTEGER).fork('\u00e9\ud83d\ude00');
    expect(hexadecimal(fork.state().words)).toBe(
      '9a455f7a 5b8e598a 04b6399e fdd04320 d535bc52 42f4ba8e 5e6bd769 ae0b515d ' +
        'e5a3447a f12f6d94 c6f1cf51 93d8fdaf e2c11777 10370918 f355779f ffcc17ed',
    );
  });

  it('give the Box-Muller normals within 1e-6 of float64 arithmetic', async () => {
    const random = createRandom(5);
    const words = referenceWords(random.state(), 5000);
    const drawn = await random.normal([2500, 8]).data();
    let largest = 0;
    for (let block = 0; block < drawn.length; block += 8) {
      for (let i = block; i < block + 4; i++) {
        // u has the 24 leading bits of an odd word.
        const odd = words[i]! | 1;
        const lost = 2 ** Math.max(0, 8 - Math.clz32(odd));
        const u = (Math.floor((odd >>> 0) / lost) * lost) / 2 ** 32;
        const radius = Math.sqrt(-2 * Math.log(u));
        // The first quarter turn is centred on angle 0.
        const word = words[i + 4]!;
        const quarter = word >>> 30;
        const within = Math.floor((word % 2 ** 30) / 64) / 2 ** 24;
        const angle = (Math.PI / 2) * (quarter + (within < 0.5 ? within : within - 1));
        largest = Math.max(
          largest,
          Math.abs(drawn[i]! - radius * Math.sin(angle)),
          Math.abs(drawn[i + 4]! - radius * Math.cos(angle)),
        );
      }
    }
    expect(largest).toBeLessThan(1e-6);
    expect(largest).toBeGreaterThan(0);
  });

  it('give finite normals for the smallest and the largest words', async () => {
    const random = createRandom(0);
    // The first outputs of the four lanes are the words 0, 1, 2^31 and 2^32 - 1: rotate(0, 7) + s0 with s3 = -s0.
    const first = [0, 1, 2 ** 31, 2 ** 32 - 1];
    const words = [first, [1, 1, 1, 1], [2, 3, 4, 5], first.map((word) => (2 ** 32 - word) % 2 ** 32)].flat();
    random.restore({ ...random.state(), words });
    const drawn = await random.normal([8]).data();
    const radius = (lane: number) => Math.hypot(drawn[lane]!, drawn[lane + 4]!);
    expect(radius(0)).toBeCloseTo(Math.sqrt(64 * Math.LN2), 5);
    expect(radius(1)).toBeCloseTo(Math.sqrt(64 * Math.LN2), 5);
    expect(radius(2)).toBeCloseTo(Math.sqrt(2 * Math.LN2), 5);
    expect(radius(3)).toBeCloseTo(2 ** -11.5, 8);
  });
});

describe('the number of draws', () => {
  it('is fixed by the number of values', async () => {
    for (const [count, steps] of [
      [0, 0],
      [1, 2],
      [8, 2],
      [9, 4],
    ] as const) {
      const random = createRandom(3);
      const after = referenceWords(random.state(), steps + 1).slice(laneStep * steps);
      random.normal([count]).dispose();
      const next = await random.integers([4], -(2 ** 31), 2 ** 31).data();
      expect(Array.from(next, (n) => n + 2 ** 31)).toEqual(after);
    }
    for (const draw of ['uniform', 'integers', 'permutation'] as const) {
      for (const [count, steps] of [
        [0, 0],
        [1, 1],
        [4, 1],
        [5, 2],
      ] as const) {
        const random = createRandom(3);
        const after = referenceWords(random.state(), steps + 1).slice(laneStep * steps);
        if (draw === 'permutation') random.permutation(count);
        else if (draw === 'uniform') random.uniform([count]).dispose();
        else random.integers([count], 0, 3).dispose();
        const next = await random.integers([4], -(2 ** 31), 2 ** 31).data();
        expect(Array.from(next, (n) => n + 2 ** 31)).toEqual(after);
      }
    }
  });
});
