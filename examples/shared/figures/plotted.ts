import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** A plot as a part of a card; colours are the card's, such as `var(--first)`. */
export function plotted([left, top]: readonly [number, number], options: Plot.PlotOptions): string {
  const { document } = parseHTML('<html></html>');
  const svg = Plot.plot({ ...options, document });
  // its own style is for an element of a page
  svg.querySelector('style')?.remove();
  for (const group of svg.querySelectorAll('[aria-label="dot"]:not(:has(g)), [aria-label="dot"] g:not(:has(g))'))
    joinDots(document, group);
  // a tenth of a pixel is enough; words stay as they are
  const inner = svg.innerHTML.replaceAll(/"[^"]*"/g, (value) =>
    value.replaceAll(/\d+\.\d{2,}/g, (number) => String(Number(Number(number).toFixed(1)))),
  );
  return `<g transform="translate(${left} ${top})" fill="currentColor" font-family="system-ui, sans-serif" font-size="13" text-anchor="middle">${inner}</g>`;
}

/** Many equal dots as the round ends of one path without length: a quarter of their bytes. */
function joinDots(document: Document, group: Element): void {
  const dots = [...group.children].map((dot) => ['r', 'cx', 'cy'].map((name) => Number(dot.getAttribute(name))));
  const radius = dots[0]?.[0];
  if (radius === undefined || dots.some(([r]) => r !== radius)) return;
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', dots.map(([, x, y]) => `M${x!.toFixed(1)} ${y!.toFixed(1)}h0`).join(''));
  path.setAttribute('stroke', group.getAttribute('fill') ?? 'currentColor');
  path.setAttribute('stroke-width', String(2 * radius));
  path.setAttribute('stroke-linecap', 'round');
  group.replaceChildren(path);
}
