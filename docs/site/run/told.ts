/** A value as a console shows it, on one line. */
export function told(value: unknown): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(plain(value)) ?? String(value);
}

/** Tensors by their shapes, typed arrays as arrays, and no more digits than float32 has. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? Number(value.toPrecision(7)) : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if ('shape' in value && 'dataId' in value) return `Tensor [${String(value.shape)}]`;
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, plain);
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
}

/** The fewest points that make a picture. */
const FEWEST = 5;

/** A list of points of a plane, if that is what a value is. */
export function pointsIn(value: unknown): readonly (readonly number[])[] | undefined {
  if (!Array.isArray(value) || value.length < FEWEST) return undefined;
  const isPoint = (one: unknown): boolean =>
    Array.isArray(one) && one.length === 2 && one.every((number) => typeof number === 'number');
  return value.every(isPoint) ? (value as number[][]) : undefined;
}
