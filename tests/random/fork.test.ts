import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, type RandomStream } from '../../src/random/index.js';

const names = fc.string({ unit: 'binary', maxLength: 12 });
const seeds = fc.maxSafeNat();
const options = { seed: 20, numRuns: 200 };

function at(seed: number, path: readonly string[]): RandomStream {
  return path.reduce((stream, name) => stream.fork(name), createRandom(seed));
}

/** The state that determines the stream's future. */
function words(stream: RandomStream): string {
  return stream.state().words.join();
}

describe('fork', () => {
  it('depends on seed and names, not on what was drawn', () => {
    fc.assert(
      fc.property(seeds, names, fc.nat(50), (seed, name, n) => {
        const random = createRandom(seed);
        const before = random.fork(name);
        before.permutation(n);
        random.permutation(n);
        expect(random.fork(name).state()).toEqual(createRandom(seed).fork(name).state());
      }),
      options,
    );
  });

  it('leaves its parent where it was', () => {
    const random = createRandom(1);
    const before = random.state();
    random.fork('a').permutation(10);
    expect(random.state()).toEqual(before);
  });

  it('gives different streams for different paths', () => {
    const paths = fc.array(names, { maxLength: 4 });
    fc.assert(
      fc.property(seeds, paths, paths, (seed, one, other) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));
        expect(words(at(seed, one))).not.toBe(words(at(seed, other)));
      }),
      options,
    );
  });

  it('distinguishes names that look the same when joined', () => {
    const paths = [
      [],
      [''],
      ['', ''],
      ['a', 'b'],
      ['ab'],
      ['a/b'],
      ['a,b'],
      ['b', 'a'],
      ['ab', ''],
      ['', 'ab'],
      ['a\u0000b'],
      ['ab\u0000'],
      ['ab\u0000\u0000'],
      ['\u00e9'],
      ['e\u0301'],
      ['\ud800'],
      ['\ufffd'],
      ['constructor'],
      ['__proto__'],
    ];
    expect(new Set(paths.map((path) => words(at(0, path)))).size).toBe(paths.length);
  });

  it('distinguishes seeds, even those that differ above 32 bits', () => {
    const all = [0, 1, 2, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 52, Number.MAX_SAFE_INTEGER];
    expect(new Set(all.map((seed) => words(createRandom(seed)))).size).toBe(all.length);
  });

  it('changes half of the bits of the state when one character or the seed changes', () => {
    const distance = (one: RandomStream, other: RandomStream) => {
      const b = other.state().words;
      return one
        .state()
        .words.reduce((sum, word, i) => sum + ((word ^ b[i]!) >>> 0).toString(2).replaceAll('0', '').length, 0);
    };
    const runs = 500;
    let ofNames = 0;
    let ofSeeds = 0;
    for (let i = 0; i < runs; i++) {
      ofNames += distance(createRandom(0).fork(`layer ${i}`), createRandom(0).fork(`layer ${i + 1}`));
      ofSeeds += distance(createRandom(i), createRandom(i + 1));
    }
    // 512 fair bits: mean 256, variance 128. The distances share streams, so 6 instead of 4 standard errors.
    const bound = 6 * Math.sqrt(128 / runs);
    expect(Math.abs(ofNames / runs - 256)).toBeLessThan(bound);
    expect(Math.abs(ofSeeds / runs - 256)).toBeLessThan(bound);
  });

  it('gives streams that do not correlate with their parent, their siblings or the next seed', async () => {
    const count = 50_000;
    const streams = [
      createRandom(0),
      createRandom(1),
      createRandom(0).fork('0'),
      createRandom(0).fork('1'),
      createRandom(0).fork('0').fork('0'),
    ];
    const drawn = await Promise.all(streams.map((stream) => stream.normal([count]).data())).then((all) =>
      all.map((values) => Float64Array.from(values)),
    );
    for (let i = 0; i < drawn.length; i++) {
      for (let j = 0; j < i; j++) {
        const product = drawn[i]!.reduce((sum, v, k) => sum + v * drawn[j]![k]!, 0);
        expect(Math.abs(product)).toBeLessThan(4 * Math.sqrt(count));
      }
    }
  });
});
