import { html } from 'lit';
import { levelAfterCall, levelsOf } from '../views/levels.js';
import { noise, seen } from './store.js';
import { Watching } from './watching.js';

/** Milliseconds from noise to samples. */
const PLAYED = 5_000;
/** Steps of the same for those who do not want motion. */
const CALM_STEPS = 10;

/** The noise level that is shown: a slider, one denoising step, and the way from noise to samples by the clock. */
export class LabNoise extends Watching {
  static override properties = { isPlaying: { state: true }, showWay: { attribute: false } };
  declare isPlaying: boolean;
  /** Shows the way of samples from noise, where it is not shown yet. */
  declare showWay: () => void;
  /** The noise level at which playing was paused. */
  #paused: number | undefined;

  constructor() {
    super();
    this.isPlaying = false;
  }

  override render() {
    return html`<div class="slider">
      <button id="play" aria-pressed=${this.isPlaying} @click=${this.#play}>
        ${this.isPlaying ? 'Pause' : 'Play'}
      </button>
      <button id="denoise" ?disabled=${this.isPlaying} @click=${this.#denoise}>One denoising step</button>
      <label for="noise">Noise level</label>
      <input
        id="noise"
        type="range"
        min="0"
        max="1"
        step="0.01"
        .value=${String(noise.value)}
        @input=${(event: Event) => (noise.value = (event.target as HTMLInputElement).valueAsNumber)}
      />
      <output for="noise">${noise.value.toFixed(2)}</output>
    </div>`;
  }

  /** Goes from noise to samples, by the clock. */
  readonly #play = (): void => {
    this.isPlaying = !this.isPlaying;
    if (!this.isPlaying) {
      this.#paused = noise.value;
      return;
    }
    this.showWay();
    // on from where it was paused
    const from = noise.value > 0 && noise.value === this.#paused ? this.#paused : 1;
    const began = performance.now();
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const go = (now: number): void => {
      if (!this.isPlaying || !this.isConnected) return;
      const gone = (now - began) / PLAYED;
      const share = isCalm ? Math.floor(gone * CALM_STEPS) / CALM_STEPS : gone;
      noise.value = Math.max(0, from - share);
      if (noise.value === 0) this.isPlaying = false;
      else requestAnimationFrame(go);
    };
    requestAnimationFrame(go);
  };

  /** Goes on to where the next call of the network takes the samples; from data, back to noise. */
  readonly #denoise = (): void => {
    this.showWay();
    const now = seen();
    noise.value = levelAfterCall(now === undefined ? [] : levelsOf(now.frame), noise.value);
  };
}

customElements.define('lab-noise', LabNoise);
