import { html, nothing, type TemplateResult } from 'lit';
import type { Point } from '../experiment/points.js';
import type { Canvas, ColorName } from '../views/canvas.js';
import { viewsOf } from '../views/index.js';
import type { LabView as View, Seen } from '../views/view.js';
import { lookAt, toggle } from './acts.js';
import './lab-canvas.js';
import { moveKeys } from './move-keys.js';
import { look, opened, seen } from './store.js';
import { Watching } from './watching.js';

/** A view next to the plane, which can be closed; a closed view costs nothing. */
export class LabView extends Watching {
  static override properties = { view: { attribute: false } };
  declare view: View;

  override render() {
    const { name, title, about, handle, button, legend = [], ratio, isDescribed } = this.view;
    const isOpen = opened.value.includes(name);
    const now = isOpen && isDescribed === true ? this.#seen() : undefined;
    return html`<details class="view" ?open=${isOpen} @toggle=${this.#toggle}>
      <summary><h2>${title}</h2></summary>
      ${
        isOpen
          ? html`<lab-canvas
                class=${handle === undefined ? '' : 'handle'}
                .ratio=${ratio}
                .height=${this.#height}
                .draw=${this.#draw}
                .describe=${this.#describe}
                tabindex=${handle === undefined ? nothing : 0}
                role=${handle === undefined ? nothing : 'application'}
                aria-label=${handle?.label ?? nothing}
                @pointerdown=${this.#point}
                @pointermove=${this.#drag}
                @keydown=${this.#key}
              ></lab-canvas>
              ${legend.length === 0 ? nothing : legendOf(legend)}
              ${now === undefined ? nothing : html`<p class="description">${this.view.describe(now)}</p>`}
              <p class="about">${about}</p>
              ${
                button === undefined
                  ? nothing
                  : html`<p class="row">
                      <button @click=${() => lookAt(button.press(look.peek()))}>${button.label}</button>
                    </p>`
              }`
          : nothing
      }
    </details>`;
  }

  /** What there is to draw. Another experiment may be chosen, which this view does not fit, before the page takes the view away. */
  #seen(): Seen | undefined {
    const now = seen();
    return now !== undefined && viewsOf(now.experiment).includes(this.view) ? now : undefined;
  }

  readonly #height = (width: number): number => {
    const now = this.#seen();
    return (now === undefined ? undefined : this.view.height?.(width, now)) ?? width * this.view.ratio;
  };

  readonly #draw = (canvas: Canvas): void => {
    const now = this.#seen();
    if (now !== undefined) this.view.draw(canvas, now);
  };

  readonly #describe = (): string => {
    const now = this.#seen();
    return now === undefined ? 'Nothing is drawn yet.' : this.view.describe(now);
  };

  readonly #toggle = (event: Event): void => {
    const isOpen = (event.currentTarget as HTMLDetailsElement).open;
    if (isOpen !== opened.value.includes(this.view.name)) toggle(this.view.name);
  };

  readonly #point = (event: PointerEvent): void => {
    const { handle } = this.view;
    if (handle === undefined) return;
    const { left, top, width } = (event.currentTarget as Element).getBoundingClientRect();
    const unit = width / (2 * handle.reach);
    this.#move([(event.clientX - left) / unit - handle.reach, handle.reach - (event.clientY - top) / unit]);
  };

  readonly #drag = (event: PointerEvent): void => {
    if (event.buttons !== 0) this.#point(event);
  };

  readonly #key = (event: KeyboardEvent): void => {
    const move = moveKeys[event.key];
    const { handle } = this.view;
    if (handle === undefined || move === undefined) return;
    event.preventDefault();
    const [x, y] = handle.at(look.peek());
    this.#move([x + move[0], y + move[1]]);
  };

  #move([x, y]: Point): void {
    const { reach, moved } = this.view.handle!;
    const within = (value: number): number => Math.max(-reach, Math.min(reach, value));
    lookAt(moved([within(x), within(y)]));
  }
}

/** Colours, and what they stand for. */
export const legendOf = (legend: readonly (readonly [color: ColorName, words: string])[]): TemplateResult =>
  html`<p class="legend">
    ${legend.map(([color, words]) => html`<span><i class=${`swatch swatch-${color}`}></i>${words}</span>`)}
  </p>`;

customElements.define('lab-view', LabView);
