/** Files that import each other when a program runs: a circle, from a file back to itself; undefined if there is none. */
export function findCircle(sources: ReadonlyMap<string, string>): string[] | undefined;
