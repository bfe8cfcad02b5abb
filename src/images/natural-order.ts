/**
 * Compares two names in natural order: `2.png` comes before `10.png`. Numbers in names are compared by value, everything else by
 * code unit, so the order depends on the names alone and not on the machine's locale.
 */
export function compareNaturally(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => name.split(/(\d+)/)) as [string[], string[]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    // every second part is a number
    const difference = i % 2 === 1 ? byValue(left[i]!, right[i]!) : byUnit(left[i]!, right[i]!);
    if (difference !== 0) return difference;
  }
  return left.length - right.length || byUnit(a, b);
}

/** Numbers of any length: without leading zeros, the longer one is larger. */
function byValue(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return left.length - right.length || byUnit(left, right);
}

function byUnit(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
