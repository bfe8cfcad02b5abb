import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** A plot as a part of a card; colours are the card's, such as `var(--first)`. */
export function plotted([left, top]: readonly [number, number], options: Plot.PlotOptions): string {
  const { document } = parseHTML('<html></html>');
  const svg = Plot.plot({ ...options, document });
  // its own style is for an element of a page
  svg.querySelector('style')?.remove();
  // a tenth of a pixel is enough
  const inner = svg.innerHTML.replaceAll(/\d+\.\d{2,}/g, (number) => String(Number(Number(number).toFixed(1))));
  return `<g transform="translate(${left} ${top})" fill="currentColor" font-family="system-ui, sans-serif" font-size="13" text-anchor="middle">${inner}</g>`;
}
