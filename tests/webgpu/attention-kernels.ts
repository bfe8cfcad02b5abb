import type { KernelCase } from './kernel-cases.js';

const SIZE = 2;
const range = (length: number): number[] => Array.from({ length }, (_, i) => i);
const sum = (x: readonly number[]): number => x.reduce((total, value) => total + value, 0);

/** Attention of so many heads, by the sums of its definition; `tokens` are those for a size. */
function attention(heads: number, causal: boolean, shapeOf: (n: number) => readonly [number, number]): KernelCase[] {
  const width = heads * SIZE;
  const xOf = (n: number): number[] => [...shapeOf(n), 3 * width];
  /** The examples and heads of numbers of this shape, each with its rows of queries, keys and values. */
  const partsOf = (x: readonly number[], tokens: number) =>
    range(x.length / tokens / 3 / width).flatMap((example) =>
      range(heads).map((head) => {
        const rows = (kind: number): number[][] =>
          range(tokens).map((t) => range(SIZE).map((k) => x[place(tokens, example, t, kind, head, k)]!));
        return { example, head, rows: [rows(0), rows(1), rows(2)] as const };
      }),
    );
  const place = (tokens: number, example: number, t: number, kind: number, head: number, k: number): number =>
    ((example * tokens + t) * 3 + kind) * width + head * SIZE + k;
  const dot = (a: readonly number[], b: readonly number[]): number => sum(a.map((one, k) => one * b[k]!));
  const tokensOf = (n: number): number => shapeOf(n)[1];
  const attributes = (): object => ({ heads, causal });

  return [
    {
      kernel: 'GenerativeAttention',
      shapes: (n) => ({ x: xOf(n) }),
      attributes,
      formula: ({ x }, n) => {
        const tokens = tokensOf(n);
        const y = new Array<number>(x!.length / 3).fill(0);
        const weights = partsOf(x!, tokens).flatMap(({ example, head, rows: [queries, keys, values] }) =>
          queries.flatMap((query, t) => {
            const seen = causal ? t + 1 : tokens;
            const scores = keys.slice(0, seen).map((key) => dot(query, key) / Math.sqrt(SIZE));
            const most = Math.max(...scores);
            const shares = scores.map((score) => Math.exp(score - most));
            const own = range(tokens).map((j) => (j < seen ? shares[j]! / sum(shares) : 0));
            for (const k of range(SIZE)) {
              const seenValues = values.slice(0, seen).map((value, j) => own[j]! * value[k]!);
              y[(example * tokens + t) * width + head * SIZE + k] = sum(seenValues);
            }
            return own;
          }),
        );
        return [y, weights];
      },
      tolerance: { relative: 1e-5, absolute: 1e-5 },
    },
    {
      kernel: 'GenerativeAttentionGradient',
      shapes: (n) => {
        const [batch, tokens] = shapeOf(n);
        return { x: xOf(n), weights: [batch, heads, tokens, tokens], dy: [batch, tokens, width] };
      },
      attributes,
      draw: { weights: (u) => (u + 2) / 4 },
      formula: ({ x, weights, dy }, n) => {
        const tokens = tokensOf(n);
        const dx = new Array<number>(x!.length).fill(0);
        partsOf(x!, tokens).forEach(({ example, head, rows: [queries, keys, values] }, part) => {
          for (const t of range(tokens)) {
            const seen = causal ? t + 1 : tokens;
            const own = weights!.slice((part * tokens + t) * tokens, (part * tokens + t + 1) * tokens);
            const slope = range(SIZE).map((k) => dy![(example * tokens + t) * width + head * SIZE + k]!);
            const slopes = values.slice(0, seen).map((value) => dot(slope, value));
            const mean = sum(slopes.map((one, j) => one * own[j]!));
            for (const [j, one] of slopes.entries()) {
              const score = (own[j]! * (one - mean)) / Math.sqrt(SIZE);
              for (const k of range(SIZE)) {
                dx[place(tokens, example, t, 0, head, k)]! += score * keys[j]![k]!;
                dx[place(tokens, example, j, 1, head, k)]! += score * queries[t]![k]!;
                dx[place(tokens, example, j, 2, head, k)]! += own[j]! * slope[k]!;
              }
            }
          }
        });
        return [dx];
      },
      tolerance: { relative: 1e-4, absolute: 1e-3 },
    },
  ];
}

/** Attention over few positions of many examples, and over more positions than a workgroup has threads. */
export const attentionKernels: readonly KernelCase[] = [
  ...[true, false].flatMap((causal) => attention(2, causal, (n) => [Math.min(n, 40), 5])),
  ...[true, false].flatMap((causal) => attention(1, causal, (n) => [1, Math.min(n, 300)])),
];
