// Plots by uPlot, which throws as it is loaded where the browser's language is none that `Intl` knows, as `en-US@posix`.
import './known-language.js';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

/** The height of a plot, in pixels. */
export const PLOT_HEIGHT = 190;

/** What axes look like in the colours of the page, which may change. */
export function axisStyle(element: Element) {
  const css = (name: string) => () => getComputedStyle(element).getPropertyValue(`--${name}`);
  const lines = { stroke: css('line'), width: 1 };
  return { css, axis: { stroke: css('text'), grid: lines, ticks: lines } };
}

export { uPlot };
