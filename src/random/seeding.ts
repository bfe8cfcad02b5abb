import { stateWords } from './xoshiro.js';

const goldenRatio = 0x9e3779b9;
const multipliers = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93] as const;
const additions = [0x561ccd1b, 0x0bcaa747, 0x96cd1c35, 0x32ac3b17] as const;
const wordRotations = [15, 16, 17, 18] as const;
const hashRotations = [19, 17, 15, 13] as const;

/**
 * Makes the first state of a stream from its seed and the names on its path.
 *
 * The seed's two halves and, for each name, its length and its UTF-16 units go through MurmurHash3 (x86, 128 bits); the
 * lengths keep `['a', 'b']` apart from `['ab']`. The four hash words are then spread over the four lanes. No lane is
 * all zero, the one state that xoshiro128++ cannot leave.
 *
 * @param seed - a safe integer of at least 0
 * @param path - the names of the forks that led to the stream, outermost first
 * @returns sixteen words: word `w` of lane `l` is at `4 * w + l`
 * @see Appleby, MurmurHash3.cpp (`MurmurHash3_x86_128`, `fmix32`)
 */
export function seedWords(seed: number, path: readonly string[]): Int32Array {
  const message = [seed | 0, Math.floor(seed / 2 ** 32)];
  for (const name of path) {
    message.push(name.length);
    for (let i = 0; i < name.length; i++) message.push(name.charCodeAt(i));
  }
  const hash = murmurHash(message);
  const words = new Int32Array(stateWords);
  for (let lane = 0; lane < 4; lane++) {
    let any = 0;
    for (let word = 0; word < 4; word++) {
      const i = 4 * word + lane;
      words[i] = mix(mix(hash[word]! + Math.imul(goldenRatio, i + 1)) + goldenRatio);
      any |= words[i];
    }
    if (any === 0) words[lane] = goldenRatio;
  }
  return words;
}

/** MurmurHash3_x86_128 of 32-bit words with seed 0; an incomplete last block is padded with zeros. */
function murmurHash(message: readonly number[]): Int32Array {
  const hash = new Int32Array(4);
  for (let start = 0; start < message.length; start += 4) {
    for (let j = 0; j < 4; j++) {
      let word = Math.imul(message[start + j] ?? 0, multipliers[j]!);
      word = Math.imul(rotate(word, wordRotations[j]!), multipliers[(j + 1) & 3]!);
      const mixed = rotate(hash[j]! ^ word, hashRotations[j]!) + hash[(j + 1) & 3]!;
      hash[j] = Math.imul(mixed, 5) + additions[j]!;
    }
  }
  for (let j = 0; j < 4; j++) hash[j]! ^= 4 * message.length;
  stir(hash);
  for (let j = 0; j < 4; j++) hash[j] = mix(hash[j]!);
  stir(hash);
  return hash;
}

/** Makes every word of the hash depend on all four. */
function stir(hash: Int32Array): void {
  hash[0]! += hash[1]! + hash[2]! + hash[3]!;
  for (let j = 1; j < 4; j++) hash[j]! += hash[0]!;
}

/** A bijection of 32-bit words after which each bit depends on all: `fmix32`. */
export function mix(word: number): number {
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return word ^ (word >>> 16);
}

/** Moves the upper `by` bits of a word below its others. */
export function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
