/** Indices in an order in which the classes take turns, as long as each has any left; within a class, they keep their order. */
export function classesInTurn(indices: readonly number[], labels: Uint8Array): number[] {
  const byClass = new Map<number, number[]>();
  for (const i of indices) {
    const list = byClass.get(labels[i]!);
    if (list === undefined) byClass.set(labels[i]!, [i]);
    else list.push(i);
  }
  const lists = [...byClass].sort(([a], [b]) => a - b).map(([, list]) => list);
  const most = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: most }, (_, turn) => lists.flatMap((list) => list.slice(turn, turn + 1))).flat();
}
