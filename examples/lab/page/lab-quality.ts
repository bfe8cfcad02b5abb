import { computed, effect, signal } from '@preact/signals-core';
import { html, nothing } from 'lit';
import { CALLS, SAMPLERS } from '../training/sizes.js';
import { axisStyle, PLOT_HEIGHT as HEIGHT, uPlot } from './plots.js';
import type { Session } from './session.js';
import { session } from './store.js';
import { isDark } from './theme.js';
import { Watching } from './watching.js';

const names = { ddpm: 'DDPM', ddim: 'DDIM', dpm: 'DPM-Solver++' };

interface Found {
  readonly session: Session;
  /** Updates before it was measured. */
  readonly step: number;
  readonly distances: Float32Array;
}

/** The quality of samples against the calls of the network, which is measured when asked for. */
export class LabQuality extends Watching {
  readonly #found = signal<Found | undefined>(undefined);
  /** What was measured of the present run. */
  readonly #shown = computed(() => (this.#found.value?.session === session.value ? this.#found.value : undefined));
  readonly #isBusy = signal(false);
  #plot: InstanceType<typeof uPlot> | undefined;
  #end: (() => void) | undefined;
  readonly #watch = new ResizeObserver(() => {
    const { clientWidth: width } = this.querySelector('.plot')!;
    if (width > 0) this.#plot?.setSize({ width, height: HEIGHT });
  });

  override render() {
    const { distances, step } = this.#shown.value ?? {};
    const isReady = session.value.data.value !== undefined && !this.#isBusy.value;
    return html`<details class="view">
      <summary><h2>Quality against calls</h2></summary>
      <p class="row">
        <button id="quality" ?disabled=${!isReady} @click=${this.#measure}>
          ${this.#isBusy.value ? 'Measuring' : 'Measure now'}
        </button>
      </p>
      <div class="plot" aria-hidden="true"></div>
      ${
        distances === undefined
          ? nothing
          : html`<table>
              <caption>
                Energy distance to the data after ${step} updates
              </caption>
              <thead>
                <tr>
                  <th scope="col">Calls</th>
                  ${SAMPLERS.map((name) => html`<th scope="col">${names[name]}</th>`)}
                </tr>
              </thead>
              <tbody>
                ${CALLS.map(
                  (calls, i) =>
                    html`<tr>
                      <th scope="row">${calls}</th>
                      ${SAMPLERS.map((_, k) => html`<td>${distances[k * CALLS.length + i]!.toFixed(4)}</td>`)}
                    </tr>`,
                )}
              </tbody>
            </table>`
      }
      <p class="about">
        How far the samples are from the data, for different numbers of network calls per sample. More calls take more
        time; a good sampler needs few.
      </p>
    </details>`;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#watch.observe(this);
    void this.updateComplete.then(() => {
      this.#end = effect(() => {
        void isDark.value;
        this.#draw(this.#shown.value?.distances);
      });
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#watch.disconnect();
    this.#end?.();
    this.#draw(undefined);
  }

  readonly #measure = async (): Promise<void> => {
    this.#isBusy.value = true;
    const now = session.peek();
    const step = now.snapshot.peek().totalSteps;
    try {
      const bytes = await now.ask('quality');
      this.#found.value = { session: now, step, distances: new Float32Array(bytes.buffer) };
    } catch {
      // another experiment has begun
    }
    this.#isBusy.value = false;
  };

  #draw(distances: Float32Array | undefined): void {
    this.#plot?.destroy();
    this.#plot = undefined;
    if (distances === undefined) return;
    const { css, axis } = axisStyle(this);
    const holder = this.querySelector<HTMLElement>('.plot')!;
    this.#plot = new uPlot(
      {
        width: holder.clientWidth || 300,
        height: HEIGHT,
        legend: { live: false },
        scales: { x: { time: false, distr: 3, log: 2 }, y: { distr: 3 } },
        axes: [
          { ...axis, label: 'network calls', labelSize: 18 },
          { ...axis, label: 'energy distance', labelSize: 18 },
        ],
        series: [
          {},
          ...SAMPLERS.map((name, i) => ({
            label: names[name],
            stroke: css(['data', 'third', 'samples'][i]!),
            width: 1.5,
          })),
        ],
      },
      [
        [...CALLS],
        // a scale of powers has no 0
        ...SAMPLERS.map((_, k) => CALLS.map((__, i) => Math.max(1e-4, distances[k * CALLS.length + i]!))),
      ],
      holder,
    );
  }
}

customElements.define('lab-quality', LabQuality);
