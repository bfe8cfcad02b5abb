/** Formats a value on one line, as a console does. */
export function formatValue(value: unknown): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(plain(value)) ?? String(value);
}

/** Replaces tensors by their shapes and typed arrays by arrays, and rounds numbers to the digits of float32. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? Number(value.toPrecision(7)) : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if ('shape' in value && 'dataId' in value) return `Tensor [${String(value.shape)}]`;
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, plain);
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
}

/** Minimum number of points for a picture. */
const MIN_POINTS = 5;

/** The value as a list of points in a plane, or undefined if it is something else. */
export function pointsIn(value: unknown): readonly (readonly number[])[] | undefined {
  if (!Array.isArray(value) || value.length < MIN_POINTS) return undefined;
  const isPoint = (one: unknown): boolean =>
    Array.isArray(one) && one.length === 2 && one.every((number) => typeof number === 'number');
  return value.every(isPoint) ? (value as number[][]) : undefined;
}
