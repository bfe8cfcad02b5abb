/** The eigenvalues of a symmetric matrix, largest first, by Jacobi rotations (Golub and Van Loan 2013, section 8.5). */
export function symmetricEigenvalues(matrix: readonly (readonly number[])[]): number[] {
  const a = matrix.map((row) => [...row]);
  const size = a.length;
  for (let sweep = 0; sweep < 50; sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) rotate(a, p, q);
    }
  }
  return a.map((row, i) => row[i]!).sort((left, right) => right - left);
}

function rotate(a: number[][], p: number, q: number): void {
  const angle = 0.5 * Math.atan2(2 * a[p]![q]!, a[q]![q]! - a[p]![p]!);
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  for (const row of a) {
    const [left, right] = [row[p]!, row[q]!];
    row[p] = cosine * left - sine * right;
    row[q] = sine * left + cosine * right;
  }
  const [above, below] = [a[p]!, a[q]!];
  a[p] = above.map((value, j) => cosine * value - sine * below[j]!);
  a[q] = above.map((value, j) => sine * value + cosine * below[j]!);
}
