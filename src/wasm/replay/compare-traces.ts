import type { StepTrace, TracedValue } from './trace-step.js';

/** A number of the host that differs between steps: a constant, or a number among the attributes of a call. */
export type Place = { readonly value: number } | { readonly call: number; readonly path: readonly string[] };

/** How a later step differs from an earlier one: in what it does, or only in numbers of the host. */
export interface Comparison {
  /** Why the steps are not the same; undefined if they are. */
  readonly difference?: string | undefined;
  /** Where the host gave other numbers. */
  readonly changed: readonly Place[];
}

export function compareTraces(first: StepTrace, later: StepTrace): Comparison {
  const changed: Place[] = [];
  const refuse = (difference: string): Comparison => ({ difference, changed });
  for (const [i, call] of first.calls.entries()) {
    const other = later.calls[i];
    if (call.name !== other?.name) return refuse('its operations change');
    const isSame = isEqual(call.inputs, other.inputs) && isEqual(call.made, other.made);
    if (!isSame || !compareNumbers(call.attributes, other.attributes, [], (path) => changed.push({ call: i, path })))
      return refuse(`its ${call.name} changes`);
  }
  if (later.calls.length !== first.calls.length) return refuse('its operations change');
  for (const [value, one] of first.values.entries()) {
    const other = later.values[value];
    if (!isSameKind(one, other)) return refuse('its tensors change');
    if (!isEqual(one.data, other!.data)) changed.push({ value });
  }
  const isSame = isEqual(first.metrics, later.metrics) && isEqual(first.after, later.after);
  return isSame ? { changed } : refuse('its results change');
}

function isSameKind(one: TracedValue, other: TracedValue | undefined): boolean {
  return one.kind === other?.kind && one.dtype === other.dtype && isEqual(one.shape, other.shape);
}

/** Whether attributes are equal apart from numbers, of whose places it tells. */
function compareNumbers(
  one: unknown,
  other: unknown,
  path: readonly string[],
  tell: (path: readonly string[]) => void,
): boolean {
  if (typeof one === 'number' && typeof other === 'number') {
    if (!Object.is(one, other)) tell(path);
    return true;
  }
  if (!isPlain(one) || !isPlain(other)) return isEqual(one, other);
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => key in other && compareNumbers(one[key], other[key], [...path, key], tell))
  );
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** Whether two plain values are equal; the words of a stream must be the same object, which the stream advances. */
function isEqual(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (ArrayBuffer.isView(one)) {
    if (!(one instanceof Uint8Array) || !(other instanceof Uint8Array)) return false;
    return one.length === other.length && one.every((byte, i) => byte === other[i]);
  }
  const [keys, others] = [Object.keys(one), Object.keys(other)];
  const record = other as Readonly<Record<string, unknown>>;
  return keys.length === others.length && Object.entries(one).every(([key, value]) => isEqual(value, record[key]));
}
