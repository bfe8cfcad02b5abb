import { html, type TemplateResult } from 'lit';
import type { Canvas } from '../views/canvas.js';
import type { LabView, Seen } from '../views/view.js';
import './lab-canvas.js';
import { experiment, session } from './store.js';

/** The canvas of a view. */
export function viewCanvas(view: LabView): TemplateResult {
  return html`<lab-canvas
    .height=${(width: number) => {
      const seen = seenNow();
      return seen === undefined ? width : (view.height?.(width, seen) ?? width);
    }}
    .draw=${(canvas: Canvas) => {
      const seen = seenNow();
      if (seen !== undefined) view.draw(canvas, seen);
    }}
    .describe=${() => {
      const seen = seenNow();
      return seen === undefined ? 'Not drawn yet.' : view.describe(seen);
    }}
  ></lab-canvas>`;
}

function seenNow(): Seen | undefined {
  const { frame, data, pictures } = session.value;
  if (frame.value === undefined || data.value === undefined) return undefined;
  return { experiment: experiment.value, frame: frame.value, data: data.value, pictures: pictures.value };
}
