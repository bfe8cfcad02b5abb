import { html, nothing } from 'lit';
import { timesAsFar } from '../experiment/measures-text.js';
import { MAX_DRAWN, REACH, snapped, type Point } from '../experiment/points.js';
import type { Canvas } from '../views/canvas.js';
import { placing } from '../views/canvas.js';
import { drawPlane } from '../views/plane.js';
import { layersOf } from '../views/plane-layers.js';
import { takePoints } from './acts.js';
import { isEmbedded } from './beginning.js';
import './lab-canvas.js';
import './lab-noise.js';
import './lab-own-pictures.js';
import { legendOf } from './lab-view.js';
import { moveKeys } from './move-keys.js';
import { stop } from './pacing.js';
import { coverage, experiment, layers, notice, seen, shownMeasures } from './store.js';
import { Watching } from './watching.js';

/** Drawn points are at least this far apart. */
const APART = 0.06;

/** The plane with data and samples; on it one draws data of one's own. */
export class LabPlane extends Watching {
  static override properties = {
    isDrawing: { state: true },
    pen: { state: true },
    points: { state: true },
  };
  declare isDrawing: boolean;
  declare pen: Point;
  declare points: readonly Point[];

  constructor() {
    super();
    this.isDrawing = false;
    this.pen = [0, 0];
    this.points = [];
  }

  override render() {
    const { family } = experiment.value;
    const shown = layers.value;
    const toggle = (name: string) => () => {
      layers.value = shown.includes(name) ? shown.filter((one) => one !== name) : [...shown, name];
    };
    const needsNoise = ['field', 'noised', 'paths'].some((name) => shown.includes(name));
    return html`<section class="plane" aria-label="Plane">
      <lab-canvas
        .draw=${(canvas: Canvas) => this.#draw(canvas)}
        .describe=${() => this.#describe()}
        tabindex=${this.isDrawing ? 0 : nothing}
        role=${this.isDrawing ? 'application' : nothing}
        aria-label=${this.isDrawing ? 'Drawing: move the pen with the arrow keys, draw a point with the space bar' : nothing}
        class=${this.isDrawing ? 'drawing' : ''}
        @pointerdown=${this.#touch}
        @pointermove=${this.#move}
        @keydown=${this.#key}
      ></lab-canvas>
      <div class="layers" role="group" aria-label="Layers of the plane">
        ${layersOf(family).map(
          ({ name, label, color }) =>
            html`<label class="chip"
              ><input type="checkbox" .checked=${shown.includes(name)} @change=${toggle(name)} /><i
                class=${`swatch swatch-${color}`}
              ></i
              >${label}</label
            >`,
        )}
      </div>
      ${
        shown.includes('heat') && family === 'gan'
          ? legendOf([
              ['high', 'D thinks that points here are real'],
              ['low', 'generated'],
            ])
          : nothing
      }
      ${family === 'diffusion' && needsNoise ? html`<lab-noise .showWay=${this.#showWay}></lab-noise>` : nothing}
      ${
        this.isDrawing
          ? html`<p class="row">
              <button id="done" class="main" ?disabled=${this.points.length === 0} @click=${this.#finish}>
                Learn these ${this.points.length} points
              </button>
              <button @click=${() => (this.points = [])}>Clear</button>
              <button @click=${() => (this.isDrawing = false)}>Cancel</button>
            </p>`
          : html`<p class="row">
              <button id="draw" @click=${this.#begin}>Draw your own data</button>
              ${isEmbedded ? nothing : html`<lab-own-pictures></lab-own-pictures>`}
            </p>`
      }
    </section>`;
  }

  #draw(canvas: Canvas): void {
    if (this.isDrawing) {
      const place = placing(canvas);
      const { context, colors } = canvas;
      context.fillStyle = colors.data;
      for (const [x, y] of this.points) context.fillRect(place.x(x) - 2, place.y(y) - 2, 4, 4);
      context.strokeStyle = colors.text;
      const [x, y] = [place.x(this.pen[0]), place.y(this.pen[1])];
      context.strokeRect(x - 6, y - 6, 12, 12);
      return;
    }
    const now = seen();
    if (now !== undefined) drawPlane(canvas, now, layers.value);
  }

  #describe(): string {
    if (this.isDrawing) return `You have drawn ${this.points.length} points.`;
    const last = shownMeasures.value;
    if (last === undefined) return 'The data, and samples of an untrained model.';
    const clouds = coverage.value;
    const far = `${timesAsFar(last)} from the data as new data are`;
    const counted = clouds === undefined ? '' : ` ${clouds.covered} of ${clouds.all} clouds have samples.`;
    return `After ${last.step} updates the samples are ${far}.${counted}`;
  }

  readonly #showWay = (): void => {
    if (!layers.value.includes('paths')) layers.value = [...layers.value, 'paths'];
  };

  readonly #begin = (): void => {
    const { data, points = [] } = experiment.value;
    this.points = data === 'drawn' ? points : [];
    this.isDrawing = true;
    void stop();
    void this.updateComplete.then(() => this.querySelector<HTMLElement>('lab-canvas')?.focus());
  };

  readonly #finish = (): void => {
    this.isDrawing = false;
    takePoints('drawn', this.points);
  };

  #add(point: Point): void {
    if (this.points.length >= MAX_DRAWN) {
      notice.value = `A drawing can have at most ${MAX_DRAWN} points, so that it fits into a link.`;
      return;
    }
    const [x, y] = snapped(point);
    if (this.points.some(([a, b]) => Math.hypot(x - a, y - b) < APART)) return;
    this.points = [...this.points, [x, y]];
  }

  readonly #touch = (event: PointerEvent): void => {
    if (!this.isDrawing) return;
    event.preventDefault();
    this.#draws(event);
  };

  readonly #move = (event: PointerEvent): void => {
    if (this.isDrawing && event.buttons !== 0) this.#draws(event);
  };

  #draws(event: PointerEvent): void {
    const { left, top, width } = (event.currentTarget as Element).getBoundingClientRect();
    const unit = width / (2 * REACH);
    this.pen = [(event.clientX - left) / unit - REACH, REACH - (event.clientY - top) / unit];
    this.#add(this.pen);
  }

  readonly #key = (event: KeyboardEvent): void => {
    if (!this.isDrawing) return;
    const move = moveKeys[event.key];
    if (move === undefined && event.key !== ' ' && event.key !== 'Enter') return;
    event.preventDefault();
    if (move === undefined) this.#add(this.pen);
    else this.pen = [within(this.pen[0] + move[0]), within(this.pen[1] + move[1])];
  };
}

const within = (value: number): number => Math.max(-REACH, Math.min(REACH, value));

customElements.define('lab-plane', LabPlane);
