import { signal } from '@preact/signals-core';
import { html, nothing } from 'lit';
import type { ModelLook } from '../opened-model/look-at-model.js';
import type { ModelReply, ModelRequest } from '../opened-model/serve-model.js';
import { drawDots, drawTicks, placing, type Canvas } from '../views/canvas.js';
import { pictureOf } from '../views/gallery.js';
import './lab-canvas.js';
import { openedModel } from './store.js';
import { Watching } from './watching.js';

/** Pictures in a row. */
const COLUMNS = 8;
const GAP = 2;

/** A model file that was opened: its parts, and samples. */
export class LabModel extends Watching {
  readonly #look = signal<ModelLook | undefined>(undefined);
  readonly #failure = signal('');
  #worker: Worker | undefined;
  #seed = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#worker = new Worker(new URL('../training/worker.ts', import.meta.url), { type: 'module', name: 'model' });
    this.#worker.onerror = ({ message }) => (this.#failure.value = message || 'Its worker did not start.');
    this.#worker.onmessage = ({ data }: MessageEvent<ModelReply>) => {
      if (data.kind === 'failed') this.#failure.value = data.message;
      else if (data.kind === 'ready') this.#draw();
      else this.#look.value = data.look;
    };
    void this.updateComplete.then(() => this.querySelector('dialog')?.showModal());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#worker?.terminate();
  }

  override render() {
    const look = this.#look.value;
    const { samples } = look ?? {};
    return html`<dialog aria-label="A model file" @close=${() => (openedModel.value = undefined)}>
      <h2>${openedModel.value?.name}</h2>
      ${
        this.#failure.value === ''
          ? nothing
          : html`<p class="notice" role="alert">This model cannot be opened: ${this.#failure.value}</p>`
      }
      ${
        look === undefined
          ? this.#failure.value === ''
            ? html`<p>Opening the model.</p>`
            : nothing
          : html`<table>
                <thead>
                  <tr>
                    <th scope="col">Part</th>
                    <th scope="col">Made by</th>
                    <th scope="col">Weights</th>
                  </tr>
                </thead>
                <tbody>
                  ${look.parts.map(
                    ({ name, kind, parameters }) =>
                      html`<tr>
                        <th scope="row">${name}</th>
                        <td>${kind}</td>
                        <td>${parameters.toLocaleString('en')}</td>
                      </tr>`,
                  )}
                </tbody>
              </table>
              <p role="status">${look.about}</p>`
      }
      ${
        samples === undefined
          ? nothing
          : html`<lab-canvas
              .height=${(width: number) => heightOf(samples.shape, width)}
              .draw=${(canvas: Canvas) => paint(canvas, samples)}
              .describe=${() => look!.about}
            ></lab-canvas>`
      }
      <p class="row">
        ${samples === undefined ? nothing : html`<button id="more-samples" @click=${() => this.#draw()}>New samples</button>`}
        <button @click=${() => this.querySelector('dialog')!.close()}>Close</button>
      </p>
    </dialog>`;
  }

  #draw(): void {
    const { bytes } = openedModel.peek()!;
    this.#worker!.postMessage({ bytes, seed: ++this.#seed } satisfies ModelRequest);
  }
}

const isOfPoints = (shape: readonly number[]): boolean => shape.length === 2;

/** CSS pixels of a pixel of a picture. */
const scaleOf = ([, , across]: readonly number[], width: number): number => width / (COLUMNS * (across! + GAP) - GAP);

function heightOf(shape: readonly number[], width: number): number {
  if (isOfPoints(shape)) return Math.min(width, 420);
  return Math.ceil(shape[0]! / COLUMNS) * (shape[1]! + GAP) * scaleOf(shape, width);
}

function paint(canvas: Canvas, { values, shape }: NonNullable<ModelLook['samples']>): void {
  if (isOfPoints(shape)) {
    const sizes = values.map(Math.abs).sort();
    // single points may be far away
    const reach = Math.max(1, 1.15 * sizes[Math.floor(0.99 * sizes.length)]!);
    const place = placing(canvas, reach);
    drawTicks(canvas, place, reach);
    return drawDots(canvas, place, values, canvas.colors.samples, 2);
  }
  const [count, high, across, channels] = shape as [number, number, number, number];
  const bytes = Uint8Array.from(values, (value) => Math.round(255 * value));
  const sheet = new OffscreenCanvas(COLUMNS * (across + GAP) - GAP, Math.ceil(count / COLUMNS) * (high + GAP) - GAP);
  const pen = sheet.getContext('2d')!;
  for (let n = 0; n < count; n++) {
    const [x, y] = [(n % COLUMNS) * (across + GAP), Math.floor(n / COLUMNS) * (high + GAP)];
    pen.putImageData(pictureOf(bytes, n, [count, high, across, channels]), x, y);
  }
  const scale = scaleOf(shape, canvas.width);
  canvas.context.imageSmoothingEnabled = false;
  canvas.context.drawImage(sheet, 0, 0, sheet.width * scale, sheet.height * scale);
}

customElements.define('lab-model', LabModel);
