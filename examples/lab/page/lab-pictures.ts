import { html, nothing } from 'lit';
import { isOfPictures, pictureShapeOf } from '../experiment/pictures.js';
import type { Canvas } from '../views/canvas.js';
import { samples } from '../views/samples.js';
import { making } from '../views/making.js';
import { toggle } from './acts.js';
import './lab-canvas.js';
import './lab-noise.js';
import { experiment, opened, seen } from './store.js';
import { Watching } from './watching.js';

/** What a diffusion model of pictures in colour asks of those who watch it. */
const PATIENCE =
  'Colour pictures take thousands of updates: after 600, the samples are still blots in the colours of the data. You can recognise clothes, which are grey, after about 1,200.';

/** The samples of a model of pictures, and the noise level that other views show. */
export class LabPictures extends Watching {
  override render() {
    const { data } = experiment.value;
    const inColour = isOfPictures(data) && pictureShapeOf(data)[2] === 3;
    return html`<section aria-label=${samples.title}>
      <lab-canvas .height=${this.#height} .draw=${this.#draw} .describe=${this.#describe}></lab-canvas>
      <p class="about">${samples.about}</p>
      ${
        experiment.value.family === 'diffusion'
          ? html`${inColour ? html`<p class="about">${PATIENCE}</p>` : nothing}<lab-noise
                .showWay=${showWay}
              ></lab-noise>`
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
    return now === undefined ? 'Nothing is drawn yet.' : samples.describe(now);
  };
}

/** Opens the view of samples while they are made. */
function showWay(): void {
  if (!opened.value.includes(making.name)) toggle(making.name);
}

customElements.define('lab-pictures', LabPictures);
