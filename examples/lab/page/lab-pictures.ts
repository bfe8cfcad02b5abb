import { html, nothing } from 'lit';
import type { Canvas } from '../views/canvas.js';
import { samples } from '../views/samples.js';
import './lab-canvas.js';
import { seenNow } from './seen-now.js';
import { experiment, noise } from './store.js';
import { Watching } from './watching.js';

/** The samples of a model of pictures, and the noise that other views show. */
export class LabPictures extends Watching {
  override render() {
    const { family } = experiment.value;
    return html`<section aria-label=${samples.title}>
      <lab-canvas
        .ratio=${samples.ratio}
        .draw=${(canvas: Canvas) => {
          const seen = seenNow();
          if (seen !== undefined) samples.draw(canvas, seen);
        }}
        .describe=${() => {
          const seen = seenNow();
          return seen === undefined ? 'Not drawn yet.' : samples.describe(seen);
        }}
      ></lab-canvas>
      <p class="about">${samples.about}</p>
      ${
        family === 'diffusion'
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
}

customElements.define('lab-pictures', LabPictures);
