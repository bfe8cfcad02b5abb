import { defaultsOf, type Experiment } from '../../experiment/experiment.js';
import type { Family } from '../../experiment/fields.js';
import { firstLook } from '../../experiment/look.js';
import type { Canvas, Colors } from '../../views/canvas.js';
import type { Seen } from '../../views/view.js';

/** A call of a drawing function, with the colours that it was made in. */
export interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly fill: unknown;
  readonly stroke: unknown;
}

const names = ['text', 'soft', 'faint', 'line', 'data', 'samples', 'third', 'low', 'high'];

/** A canvas that records what is drawn; colours are their own names. */
export function recordedCanvas(width: number, height: number) {
  const calls: Call[] = [];
  const state: Record<string, unknown> = {};
  const context = new Proxy(state, {
    get: (target, name: string) =>
      name in target
        ? target[name]
        : (...args: unknown[]) =>
            void calls.push({ name, args, fill: target['fillStyle'], stroke: target['strokeStyle'] }),
  });
  const colors = Object.fromEntries(names.map((name) => [name, name])) as Colors;
  const canvas: Canvas = { context: context as unknown as CanvasRenderingContext2D, width, height, colors };
  return { canvas, of: (name: string) => calls.filter((call) => call.name === name) };
}

/** What a view sees of an experiment with these arrays. */
export function seenOf(
  family: Family,
  arrays: Readonly<Record<string, readonly number[]>>,
  changes: Partial<Experiment> = {},
  rest: Partial<Seen> = {},
): Seen {
  const frame = {
    step: 10,
    pictures: {},
    arrays: Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, Float32Array.from(values)])),
  };
  const experiment = { ...defaultsOf(family), ...changes };
  return { experiment, frame, data: new Float32Array(4_096), look: firstLook, ...rest };
}
