/**
 * The weights of three values in the integral from `from` to `to` of the parabola through them; without the first, of the line.
 *
 * For a step h after one of g: of `before` -h^3 / (6 g (g + h)), of `to` h (2 h + 3 g) / (6 (g + h)), of `from` the rest of h
 *
 * @returns the weights of the values at `before`, `from` and `to`
 */
export function quadraticWeights(
  before: number | undefined,
  from: number,
  to: number,
): readonly [ofBefore: number, ofFrom: number, ofTo: number] {
  const step = to - from;
  if (before === undefined) return [0, step / 2, step / 2];
  const last = from - before;
  const both = step + last;
  const ofBefore = -(step ** 3) / (6 * last * both);
  const ofTo = (step * (2 * step + 3 * last)) / (6 * both);
  return [ofBefore, step - ofBefore - ofTo, ofTo];
}
