import type { Features } from './read-features.js';
import { squaredDistance, visitDistances } from './pairs.js';

/** One neighbour of each row. */
export interface Neighbours {
  /** Its row in the other set; the first one if several are equally near. */
  readonly indices: Int32Array;
  /** The squared distance. */
  readonly squares: Float64Array;
}

/** How {@link kthNeighbours} searches. */
interface SearchOptions {
  /** A number for each row of `b`: if both sets are the same, rows with equal numbers are not each other's neighbours. */
  readonly groups?: ArrayLike<number> | undefined;
  /** Pairs in one block of products. */
  readonly atOnce?: number | undefined;
}

/**
 * The k-th nearest row of `b` for each row of `a`; if both are the same set, a row is not its own neighbour. Estimates
 * select the candidates, whose distances are compared in float64, so ties are ties on every backend.
 */
export async function kthNeighbours(
  a: Features,
  b: Features,
  k: number,
  { groups = Int32Array.from({ length: b.count }, (_, j) => j), atOnce }: SearchOptions = {},
): Promise<Neighbours> {
  const indices = new Int32Array(a.count);
  const squares = new Float64Array(a.count);
  const nearest = new Float64Array(k);
  const which = new Int32Array(k);

  /** Keeps the k smallest values in order; of equal values, the earlier one comes first. */
  const keep = (value: number, index: number): void => {
    let place = k - 1;
    for (; place > 0 && value < nearest[place - 1]!; place--) {
      nearest[place] = nearest[place - 1]!;
      which[place] = which[place - 1]!;
    }
    nearest[place] = value;
    which[place] = index;
  };

  await visitDistances(
    a,
    b,
    (i, estimates, slack) => {
      const own = a === b ? groups[i] : undefined;
      nearest.fill(Infinity);
      for (let j = 0; j < b.count; j++) {
        if (estimates[j]! < nearest[k - 1]! && groups[j] !== own) keep(estimates[j]!, j);
      }
      // k rows are within this estimate plus the slack; any row that is as near has an estimate at most one more slack above.
      const limit = nearest[k - 1]! + 2 * slack;
      nearest.fill(Infinity);
      for (let j = 0; j < b.count; j++) {
        if (estimates[j]! > limit || groups[j] === own) continue;
        const square = squaredDistance(a, i, b, j);
        if (square < nearest[k - 1]!) keep(square, j);
      }
      indices[i] = which[k - 1]!;
      squares[i] = nearest[k - 1]!;
    },
    atOnce,
  );
  return { indices, squares };
}
