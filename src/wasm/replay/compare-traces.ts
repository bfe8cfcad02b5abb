import type { StepTrace, TracedCall, TracedValue } from './trace-step.js';

/** How a later step differs from an earlier one; undefined if it does the same with other numbers. */
export function differenceOf(first: StepTrace, later: StepTrace): string | undefined {
  const { calls, values } = first;
  const i = calls.findIndex((call, place) => !isSameCall(call, later.calls[place]));
  if (i >= 0 || later.calls.length !== calls.length) {
    const [before, after] = [calls[i] ?? calls.at(-1), later.calls[i]];
    const isOther = before?.name !== after?.name;
    return isOther ? 'its operations change' : `its ${before?.name ?? 'last operation'} changes`;
  }
  const changed = values.findIndex((value, place) => !isSameValue(value, later.values[place]));
  if (changed >= 0 || later.values.length !== values.length) return 'the host gives it other numbers';
  const isSame = isEqual(first.metrics, later.metrics) && isEqual(first.after, later.after);
  return isSame ? undefined : 'its results change';
}

function isSameCall(one: TracedCall, other: TracedCall | undefined): boolean {
  return (
    one.name === other?.name &&
    isEqual(one.inputs, other.inputs) &&
    isEqual(one.made, other.made) &&
    isEqual(one.attributes, other.attributes)
  );
}

function isSameValue(one: TracedValue, other: TracedValue | undefined): boolean {
  return one.kind === other?.kind && one.dtype === other.dtype && isEqual(one.data, other.data);
}

/** Whether two plain values are equal; the words of a stream must be the same object, which the stream advances. */
export function isEqual(one: unknown, other: unknown): boolean {
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

