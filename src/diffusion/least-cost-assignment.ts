/**
 * The assignment of columns to rows of least total cost: each row gets one column, and each column one row.
 *
 * Rows are added one after the other. Each takes the shortest augmenting path in the costs reduced by the potentials u of rows and v of
 * columns, u_i + v_j <= cost_ij, with equality for assigned pairs. Sums are in float64; it takes n^3 additions at most.
 *
 * @param n - the number of rows and of columns
 * @param cost - the cost of a pair, finite
 * @returns the column of each row
 * @see Jonker and Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment problems" (1987)
 */
export function leastCostAssignment(n: number, cost: (row: number, column: number) => number): Int32Array {
  // column n is where the path of a new row starts
  const rowOf = new Int32Array(n + 1).fill(-1);
  const [ofRow, ofColumn] = [new Float64Array(n), new Float64Array(n + 1)];
  const cameFrom = new Int32Array(n);
  for (let added = 0; added < n; added++) {
    const distance = new Float64Array(n).fill(Infinity);
    const isDone = new Uint8Array(n + 1);
    rowOf[n] = added;
    let at = n;
    do {
      isDone[at] = 1;
      const row = rowOf[at]!;
      let [next, shortest] = [-1, Infinity];
      for (let column = 0; column < n; column++) {
        if (isDone[column]) continue;
        const reduced = cost(row, column) - ofRow[row]! - ofColumn[column]!;
        if (reduced < distance[column]!) {
          distance[column] = reduced;
          cameFrom[column] = at;
        }
        if (distance[column]! < shortest) [next, shortest] = [column, distance[column]!];
      }
      for (let column = 0; column <= n; column++) {
        if (isDone[column]) {
          ofRow[rowOf[column]!]! += shortest;
          ofColumn[column]! -= shortest;
        } else distance[column]! -= shortest;
      }
      at = next;
    } while (rowOf[at] !== -1);
    for (; at !== n; at = cameFrom[at]!) rowOf[at] = rowOf[cameFrom[at]!]!;
  }
  const columns = new Int32Array(n);
  for (let column = 0; column < n; column++) columns[rowOf[column]!] = column;
  return columns;
}
