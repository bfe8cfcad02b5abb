/**
 * The area under the ROC curve of a test that calls examples with low scores foreign: the probability that a foreign example has a lower
 * score than one of your own, where equal scores count as half. It is 1 if every foreign example has a lower score, and 1/2 by chance.
 */
export function areaUnderCurve(own: ArrayLike<number>, foreign: ArrayLike<number>): number {
  const all = [
    ...Array.from(own, (score) => ({ score, isForeign: false })),
    ...Array.from(foreign, (score) => ({ score, isForeign: true })),
  ].sort((a, b) => b.score - a.score);
  // the ranks of foreign examples, counted from the highest score; those of equal scores are averaged
  let ranks = 0;
  for (let from = 0; from < all.length;) {
    let to = from;
    while (to < all.length && all[to]!.score === all[from]!.score) to++;
    ranks += all.slice(from, to).filter(({ isForeign }) => isForeign).length * ((from + to + 1) / 2);
    from = to;
  }
  const n = foreign.length;
  return (ranks - (n * (n + 1)) / 2) / (n * own.length);
}
