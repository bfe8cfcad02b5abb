import type { EncodedTunes } from 'tfjs-generative/music';

/** A sequence of tokens, its end included. */
export type Tokens = readonly number[];

const ORDERS = [1, 2, 3] as const;
/** What stands before the first token. */
const START = -1;
/** Contexts that were seen equally often, up to a factor of 2, share a weight. */
const BUCKETS = 16;
const ITERATIONS = 50;
/** Of the sequences, one in this many is kept back to find the weights. */
const KEPT_BACK = 10;

/** A 3-gram model; bits are per token. */
export interface Trigram {
  bits(sequences: readonly Tokens[]): number;
  /** The weight of the estimate of each order against lower ones, `[order][bucket of the context's count]`. */
  readonly weights: readonly (readonly number[])[];
}

/** How often each context and each continuation of it occurred, of one order. */
interface Counts {
  readonly contexts: Map<string, number>;
  readonly continuations: Map<string, number>;
}

/** An estimate of one order for a token: its relative frequency after the context, and the bucket of the context's count. */
interface Estimate {
  readonly frequency: number;
  readonly bucket: number;
}

/**
 * The 3-gram model of Jelinek and Mercer. p_0 is uniform over the tokens, and with the relative frequency f_k of a token after the k - 1
 * before it, p_k = w_k f_k + (1 - w_k) p_{k-1}, for k = 1, 2, 3. The weight w_k depends on how often the context was seen, and is 0 for a
 * context that never was. Weights are fitted to one in ten sequences under the counts of the others, by EM; then all sequences are counted.
 * Two imagined tokens for each weight, one for it and one against it, keep weights of rare counts from 0 and 1, which would forbid tokens.
 *
 * @see Jelinek and Mercer, "Interpolated estimation of Markov source parameters from sparse data" (1980)
 */
export function fitTrigram(sequences: readonly Tokens[], { tokens }: { readonly tokens: number }): Trigram {
  const isKept = (i: number): boolean => i % KEPT_BACK === KEPT_BACK - 1;
  const weights = fitWeights(
    countsOf(sequences.filter((_, i) => !isKept(i))),
    sequences.filter((_, i) => isKept(i)),
    tokens,
  );
  const counts = countsOf(sequences);
  return {
    weights,
    bits: (others) => {
      const terms = others.flatMap((sequence) => estimatesOf(sequence, counts));
      const nats = terms.map((estimates) => -Math.log(probabilities(estimates, weights, tokens).at(-1)!));
      return nats.reduce((sum, term) => sum + term, 0) / nats.length / Math.LN2;
    },
  };
}

function fitWeights(counts: readonly Counts[], kept: readonly Tokens[], tokens: number): number[][] {
  const weights: number[][] = ORDERS.map(() =>
    Array.from({ length: BUCKETS }, (_, bucket) => (bucket === 0 ? 0 : 0.5)),
  );
  const terms = kept.flatMap((sequence) => estimatesOf(sequence, counts));
  for (let i = 0; i < ITERATIONS; i++) {
    const [used, reached] = [0, 1].map(() => ORDERS.map(() => new Float64Array(BUCKETS))) as [
      Float64Array[],
      Float64Array[],
    ];
    for (const estimates of terms) {
      const p = probabilities(estimates, weights, tokens);
      // the probability that the token was drawn from this order or a lower one
      let reach = 1;
      for (const k of [2, 1, 0]) {
        const { frequency, bucket } = estimates[k]!;
        const own = (reach * weights[k]![bucket]! * frequency) / p[k + 1]!;
        used[k]![bucket]! += own;
        reached[k]![bucket]! += reach;
        reach -= own;
      }
    }
    for (const [k, row] of weights.entries()) {
      for (let bucket = 1; bucket < BUCKETS; bucket++) {
        row[bucket] = (used[k]![bucket]! + 1) / (reached[k]![bucket]! + 2);
      }
    }
  }
  return weights;
}

/** p_0 to p_3 of a token. */
function probabilities(
  estimates: readonly Estimate[],
  weights: readonly (readonly number[])[],
  tokens: number,
): number[] {
  const p = [1 / tokens];
  for (const [k, { frequency, bucket }] of estimates.entries()) {
    const weight = weights[k]![bucket]!;
    p.push(weight * frequency + (1 - weight) * p[k]!);
  }
  return p;
}

/** The context of each order before each token: none, the token before, the two before. */
function contextsOf(sequence: Tokens, at: number): string[] {
  const [far, near] = [sequence[at - 2] ?? START, sequence[at - 1] ?? START];
  return ['', `${near}`, `${far} ${near}`];
}

function countsOf(sequences: readonly Tokens[]): Counts[] {
  const counts = ORDERS.map((): Counts => ({ contexts: new Map(), continuations: new Map() }));
  const add = (map: Map<string, number>, key: string): unknown => map.set(key, (map.get(key) ?? 0) + 1);
  for (const sequence of sequences) {
    for (const [at, token] of sequence.entries()) {
      for (const [k, context] of contextsOf(sequence, at).entries()) {
        add(counts[k]!.contexts, context);
        add(counts[k]!.continuations, `${context}>${token}`);
      }
    }
  }
  return counts;
}

function estimatesOf(sequence: Tokens, counts: readonly Counts[]): Estimate[][] {
  return sequence.map((token, at) =>
    contextsOf(sequence, at).map((context, k) => {
      const seen = counts[k]!.contexts.get(context) ?? 0;
      if (seen === 0) return { frequency: 0, bucket: 0 };
      const frequency = (counts[k]!.continuations.get(`${context}>${token}`) ?? 0) / seen;
      // there is one empty context, whose count differs between the two fits
      return { frequency, bucket: k === 0 ? 1 : Math.min(BUCKETS - 1, 1 + Math.floor(Math.log2(seen))) };
    }),
  );
}

/** The rows of encoded tunes without the -1 after their ends. */
export function tokenRows({ data, shape: [rows, length] }: EncodedTunes): number[][] {
  return Array.from({ length: rows }, (_, i) =>
    [...data.subarray(i * length, (i + 1) * length)].filter((token) => token >= 0),
  );
}
