/**
 * NumPy's `np.random.seed(seed)` and `np.random.binomial(1, p)`, bit for bit: the numbers with which the literature binarises its images.
 *
 * The generator is the Mersenne Twister of Matsumoto and Nishimura 1998, seeded by `init_genrand`; a uniform number takes 53 bits of
 * two outputs.
 */
export function numpyRandom(seed: number): { binomial(p: number): 0 | 1 } {
  const state = new Uint32Array(SIZE);
  state[0] = seed;
  for (let i = 1; i < SIZE; i++) state[i] = Math.imul(1812433253, state[i - 1]! ^ (state[i - 1]! >>> 30)) + i;
  let place = SIZE;

  function word(): number {
    if (place === SIZE) {
      twist(state);
      place = 0;
    }
    let y = state[place++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  const uniform = (): number => {
    const [high, low] = [word() >>> 5, word() >>> 6];
    return (high * 2 ** 26 + low) / 2 ** 53;
  };

  return {
    binomial(p) {
      // by inversion, for the rarer of the two results
      const isRare = uniform() > 1 - Math.min(p, 1 - p);
      return isRare === p <= 0.5 ? 1 : 0;
    },
  };
}

const SIZE = 624;

function twist(state: Uint32Array): void {
  for (let i = 0; i < SIZE; i++) {
    const y = (state[i]! & 0x80000000) | (state[(i + 1) % SIZE]! & 0x7fffffff);
    state[i] = state[(i + 397) % SIZE]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
  }
}
