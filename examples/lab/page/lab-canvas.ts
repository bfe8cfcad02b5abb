import { effect, signal } from '@preact/signals-core';
import { html } from 'lit';
import { readColors, type Canvas } from '../views/canvas.js';
import { paintInTurn, paintNoMore } from './painting.js';
import { isDark } from './theme.js';
import { Watching } from './watching.js';

/** Milliseconds between two sentences about a picture: more would keep a screen reader talking. */
const ANNOUNCE_EVERY = 5_000;

/**
 * A canvas that is drawn again when what it shows, its size or the theme changes, while it is within sight. Its owner sets `draw` and
 * `describe`.
 */
export class LabCanvas extends Watching {
  static override properties = {
    draw: { attribute: false },
    describe: { attribute: false },
    ratio: { type: Number },
    height: { attribute: false },
  };
  declare draw: (canvas: Canvas) => void;
  declare describe: () => string;
  /** The height, in widths. */
  declare ratio: number;
  /** The height for a width, in CSS pixels, if it is not the same share of all. */
  declare height: ((width: number) => number) | undefined;

  constructor() {
    super();
    this.ratio = 1;
  }

  readonly #size = signal(0);
  readonly #watch = new ResizeObserver(() => (this.#size.value = this.clientWidth));
  #isSeen = false;
  readonly #see = new IntersectionObserver((entries) => {
    this.#isSeen = entries.at(-1)!.isIntersecting;
    this.#await();
  });
  #ends: (() => void)[] = [];
  #unwatch: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#watch.observe(this);
    this.#see.observe(this);
    this.#ends.push(() => {
      paintNoMore(this.#turnCame);
      this.#unwatch?.();
    });
    const timer = setInterval(() => this.#announce(), ANNOUNCE_EVERY);
    this.#ends.push(() => clearInterval(timer));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#watch.disconnect();
    this.#see.disconnect();
    this.#ends.forEach((end) => end());
    this.#ends = [];
  }

  override render() {
    return html`<canvas role="img" aria-label="A picture that is not drawn yet"></canvas>`;
  }

  protected override firstUpdated(): void {
    this.#size.value = this.clientWidth;
    // so that nothing below it moves once it is painted
    this.#fit();
    this.#announce();
  }

  protected override updated(): void {
    this.#await();
  }

  /** Paints once its turn comes, however much changes until then; and again once what was read has changed. */
  #await(): void {
    if (this.#isSeen && this.isConnected) paintInTurn(this.#turnCame);
  }

  readonly #turnCame = (): void => {
    this.#unwatch?.();
    let isFirst = true;
    this.#unwatch = effect(() => {
      if (isFirst) this.#paint();
      else this.#await();
      isFirst = false;
    });
  };

  /** Gives the canvas its size; undefined before it has a width. */
  #fit() {
    const width = this.#size.value;
    const canvas = this.querySelector('canvas');
    if (canvas === null || width === 0) return undefined;
    const scale = devicePixelRatio;
    const height = Math.round(this.height?.(width) ?? width * this.ratio);
    const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
    if (canvas.width !== across || canvas.height !== down) Object.assign(canvas, { width: across, height: down });
    return { canvas, scale, width, height };
  }

  #paint(): void {
    void isDark.value;
    const fitted = this.#fit();
    if (fitted === undefined) return;
    const { canvas, scale, width, height } = fitted;
    // as small as this and drawn as often, a canvas in the memory of the processor is quicker than one of the GPU, above all where software stands in for that
    const context = canvas.getContext('2d', { willReadFrequently: true })!;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    this.draw({ context, width, height, colors: readColors(this) });
  }

  #announce(): void {
    this.querySelector('canvas')?.setAttribute('aria-label', this.describe());
  }
}

customElements.define('lab-canvas', LabCanvas);
