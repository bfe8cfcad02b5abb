import { html, nothing } from 'lit';
import { samples } from '../views/samples.js';
import { experiment, noise } from './store.js';
import { viewCanvas } from './view-canvas.js';
import { Watching } from './watching.js';

/** The samples of a model of pictures, and the noise level that other views show. */
export class LabPictures extends Watching {
  override render() {
    return html`<section aria-label=${samples.title}>
      ${viewCanvas(samples)}
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
}

customElements.define('lab-pictures', LabPictures);
