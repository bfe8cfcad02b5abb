import type { Json } from '../../training/json.js';
import type { Place } from './compare-traces.js';
import type { Source } from './sources.js';
import type { StepTrace } from './trace-step.js';

/** A step of a trainer with these counts. */
export interface CountedTrace {
  readonly trace: StepTrace;
  readonly plain: Json;
}

/** A number of the host, and where it comes from. */
export interface Binding {
  readonly place: Place;
  readonly source: Source;
}

/** Finds the source whose numbers a place has in all steps; undefined if there is none. */
export function sourceOf(place: Place, sources: readonly Source[], steps: readonly CountedTrace[]): Source | undefined {
  return sources.find((source) => steps.every(({ trace, plain }) => hasAt(trace, place, source(plain))));
}

function hasAt({ values, calls }: StepTrace, place: Place, number: number): boolean {
  if ('call' in place) {
    const found = place.path.reduce<unknown>(
      (at, name) => (at as Readonly<Record<string, unknown>>)[name],
      calls[place.call]!.attributes,
    );
    return Object.is(found, number);
  }
  const { dtype, data } = values[place.value]!;
  if (dtype !== 'float32' || data?.length !== 4) return false;
  return Object.is(new Float32Array(data.slice().buffer)[0], Math.fround(number));
}
