import { html, nothing } from 'lit';
import type { Canvas } from '../views/canvas.js';
import { samples } from '../views/samples.js';
import './lab-canvas.js';
import { experiment, noise, seen } from './store.js';
import { Watching } from './watching.js';

/** The samples of a model of pictures, and the noise level that other views show. */
export class LabPictures extends Watching {
  override render() {
    return html`<section aria-label=${samples.title}>
      <lab-canvas .height=${this.#height} .draw=${this.#draw} .describe=${this.#describe}></lab-canvas>
      <p class="about">${samples.about}</p>
      ${
        experiment.value.family === 'diffusion'
          ? html`<label class="slider"
              >Noise level
              <input
                type="range"
                min="0"
                max="1"
                step="0.01"
                .value=${String(noise.value)}
                @input=${(event: Event) => (noise.value = (event.target as HTMLInputElement).valueAsNumber)}
              />
              <output>${noise.value.toFixed(2)}</output></label
            >`
          : nothing
      }
    </section>`;
  }

  readonly #height = (width: number): number => {
    const now = seen();
    return now === undefined ? width * samples.ratio : samples.height!(width, now);
  };

  readonly #draw = (canvas: Canvas): void => {
    const now = seen();
    if (now !== undefined) samples.draw(canvas, now);
  };

  readonly #describe = (): string => {
    const now = seen();
    return now === undefined ? 'Not drawn yet.' : samples.describe(now);
  };
}

customElements.define('lab-pictures', LabPictures);
