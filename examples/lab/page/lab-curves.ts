import { effect } from '@preact/signals-core';
import { html } from 'lit';
import type { Family } from '../experiment/fields.js';
import { rangeOf } from './curve-range.js';
import { axisStyle, PLOT_HEIGHT as HEIGHT, uPlot } from './plots.js';
import { session } from './store.js';
import { isDark } from './theme.js';
import { Watching } from './watching.js';

/** The terms of a loss: the names of metrics, as a reader calls them, and their unit. */
interface Terms {
  readonly unit: string;
  readonly names: Readonly<Record<string, string>>;
  /** What they say, if not how good the samples are. */
  readonly about?: string;
}

/** The terms of the loss of each family. */
const terms: Readonly<Record<Family, Terms>> = {
  vae: { unit: 'nats', names: { loss: 'Loss', logLikelihood: 'E[log p(x|z)]', kl: 'KL' } },
  gan: { unit: 'nats', names: { discriminatorLoss: 'Loss of D', generatorLoss: 'Loss of G', penalty: 'Penalty' } },
  diffusion: { unit: 'squared error', names: { loss: 'Loss' } },
  drifting: {
    unit: 'squared drift',
    names: { loss: 'Loss' },
    about:
      'It may rise while the samples improve, and randomness keeps it above 0. The energy distance says how good the samples are.',
  },
  tokens: { unit: 'bits per letter', names: { bits: 'Model', entropy: 'Letter frequencies alone' } },
};
/** The largest number of points of a curve; more cannot be distinguished, and cost time. */
const MOST = 400;

/** The terms of the loss over the updates, with a table of the same numbers behind them. */
export class LabCurves extends Watching {
  #plot: InstanceType<typeof uPlot> | undefined;
  #end: (() => void) | undefined;
  readonly #watch = new ResizeObserver(() => this.#plot?.setSize({ width: this.#width(), height: HEIGHT }));

  override render() {
    const { snapshot, experiment, words } = session.value;
    const { unit, names, about = '' } = terms[experiment.family];
    const known = { entropy: words.value?.entropy };
    const rows = thinned(snapshot.value.history, 12);
    return html`<section aria-label="Loss">
      <h2>Loss, in ${unit}</h2>
      <div class="plot" aria-hidden="true"></div>
      <p class="about">The vertical axis fits the later updates, so the first ones may be cut off. ${about}</p>
      <details>
        <summary>Show as a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Update</th>
              ${Object.values(names).map((name) => html`<th scope="col">${name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              ({ step, metrics }) =>
                html`<tr>
                  <td>${step}</td>
                  ${Object.keys(names).map((name) => html`<td>${written({ ...metrics, ...known }[name])}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </details>
    </section>`;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#watch.observe(this);
    void this.updateComplete.then(() => {
      let made = '';
      this.#end = effect(() => {
        const { snapshot, experiment, words } = session.value;
        const { family } = experiment;
        const next = `${family} ${isDark.value}`;
        if (made !== next) this.#make(family);
        made = next;
        const history = thinned(snapshot.value.history, MOST);
        const { names } = terms[family];
        this.#plot!.setData([
          history.map(({ step }) => step),
          ...Object.keys(names).map((name) =>
            history.map(({ metrics }) => (name === 'entropy' ? words.value?.entropy : metrics[name]) ?? null),
          ),
        ]);
      });
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#watch.disconnect();
    this.#end?.();
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  /** The width within the card. */
  #width(): number {
    return this.querySelector('.plot')?.clientWidth || 300;
  }

  #make(family: Family): void {
    this.#plot?.destroy();
    const { css, axis } = axisStyle(this);
    const colors = ['samples', 'data', 'third'];
    const names = Object.values(terms[family].names);
    this.#plot = new uPlot(
      {
        width: this.#width(),
        height: HEIGHT,
        legend: { live: false },
        scales: {
          x: { time: false },
          y: { range: ({ data: [, ...curves] }) => rangeOf(curves as (number | null)[][]) },
        },
        // room for thousands with a sign
        axes: [
          { ...axis, label: 'updates', labelSize: 18 },
          { ...axis, size: 60 },
        ],
        series: [
          {},
          ...names.map((label, i) => ({ label, stroke: css(colors[i]!), width: 1.5, points: { show: false } })),
        ],
      },
      [[], ...names.map(() => [])],
      this.querySelector<HTMLElement>('.plot')!,
    );
  }
}

/** At most `most` of a list, evenly spread, with its last. */
function thinned<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  return Array.from({ length: most }, (_, i) => list[Math.round((i * (list.length - 1)) / (most - 1))]!);
}

/** Three digits after the point, or two that count. */
const written = (value: number | undefined): string | undefined =>
  value !== undefined && Math.abs(value) < 0.01 ? value.toPrecision(2) : value?.toFixed(3);

customElements.define('lab-curves', LabCurves);
