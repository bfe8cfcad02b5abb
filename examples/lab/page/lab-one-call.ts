import { signal } from '@preact/signals-core';
import { html, nothing, type TemplateResult } from 'lit';
import { VARIATIONS, type Picture, type Reply, type Request, type Where } from '../one-call/messages.js';
import { Watching } from './watching.js';

/** Milliseconds between two changes of the text, which could not be read if it changed with each picture. */
const TELL_EVERY = 500;
/** Degrees that playing moves in a second, and dragging by the width of the picture. */
const [PLAYED, DRAGGED] = [40, 120];
/** The class that is shown first, if there is one, and the one that is mixed in. */
const [FIRST, SECOND] = ['Smileys & Emotion', 'Animals & Nature'];

type Model = Extract<Reply, { kind: 'ready' }>;

/** Pictures of a trained model, each made by one call of its network: a new one wherever the noise is moved to. */
export class LabOneCall extends Watching {
  readonly #model = signal<Model | undefined>(undefined);
  readonly #failure = signal('');
  readonly #where = signal<Where>({ labels: [0, 0], mix: 0, around: 0, aside: 0 });
  readonly #isPlaying = signal(false);
  /** What the last half second had: pictures, and the milliseconds of one. */
  readonly #speed = signal<{ readonly pictures: number; readonly cost: number } | undefined>(undefined);
  #worker: Worker | undefined;
  /** The pictures and their milliseconds since the text was changed. */
  #counted = { since: 0, pictures: 0, spent: 0 };
  #dragged: readonly [x: number, y: number] | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#begin();
    const timer = setInterval(this.#tell, TELL_EVERY);
    this.#end = () => clearInterval(timer);
  }
  #end = (): void => undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#end();
    this.#isPlaying.value = false;
    this.#worker?.terminate();
  }

  override render() {
    const model = this.#model.value;
    if (this.#failure.value !== '')
      return html`<div class="notice" role="alert">
        The model cannot be loaded: ${this.#failure.value} <button @click=${this.#begin}>Try again</button>
      </div>`;
    return html`<section class="one-call" aria-label="One call" aria-busy=${model === undefined}>
      <div>
        <div class="picture">${this.#canvas(model, 0)}</div>
        ${model === undefined ? nothing : this.#moves()}
        <p class="status">${this.#status(model)}</p>
      </div>
      <div>
        ${model === undefined ? nothing : this.#classes(model)}
        <h2>Variations</h2>
        <div class="variations">
          ${Array.from({ length: VARIATIONS + 1 }, (_, i) => {
            // the picture itself is in the middle
            if (i === VARIATIONS / 2) return this.#canvas(model, 0);
            const index = i < VARIATIONS / 2 ? i + 1 : i;
            return html`<button
              aria-label=${`Variation ${index}`}
              ?disabled=${model === undefined}
              @click=${() => this.#take(index)}
            >
              ${this.#canvas(model, index)}
            </button>`;
          })}
        </div>
        <p class="about">These pictures come from noise that is 25° away. Click one to go there.</p>
      </div>
    </section>`;
  }

  #canvas(model: Model | undefined, index: number): TemplateResult {
    const size = model?.size ?? 32;
    return html`<canvas
      data-index=${index}
      width=${size}
      height=${size}
      role="img"
      aria-label=${index === 0 ? this.#describe(model) : nothing}
      @pointerdown=${index === 0 ? this.#grasp : nothing}
      @pointermove=${index === 0 ? this.#drag : nothing}
    ></canvas>`;
  }

  /** What moves the noise. */
  #moves(): TemplateResult {
    return html`${this.#slider('around', 'Noise', [0, 360, 1], degrees)}
      ${this.#slider('aside', 'Sideways', [-90, 90, 1], degrees)}
      <p class="row">
        <button id="call-play" aria-pressed=${this.#isPlaying.value} @click=${this.#play}>
          ${this.#isPlaying.value ? 'Pause' : 'Play'}
        </button>
        <button id="call-noise" @click=${() => this.#send({ kind: 'new noise', where: this.#where.peek() })}>
          New noise
        </button>
      </p>
      <p class="about">
        The first slider follows a circle through the noise, the second moves away from that circle. You can also drag
        the picture.
      </p>`;
  }

  /** What mixes classes. */
  #classes({ classes }: Model): TemplateResult {
    const { labels } = this.#where.value;
    const select = (place: 0 | 1, label: string): TemplateResult => {
      const choose = ({ target }: Event): void => {
        const chosen = Number((target as HTMLSelectElement).value);
        this.#move({ labels: place === 0 ? [chosen, labels[1]] : [labels[0], chosen] });
      };
      return html`<label
        >${label}
        <select id=${`call-class-${place}`} @change=${choose}>
          ${classes.map((name, i) => html`<option value=${i} ?selected=${i === labels[place]}>${name}</option>`)}
        </select></label
      >`;
    };
    return html`<div class="row classes">${select(0, 'Class')} ${select(1, 'Mixed with')}</div>
      ${this.#slider('mix', 'Mix', [0, 1, 0.01], (value) => `${(100 * value).toFixed(0)}%`)}`;
  }

  #slider(
    name: 'around' | 'aside' | 'mix',
    label: string,
    [low, high, step]: readonly [low: number, high: number, step: number],
    write: (value: number) => string,
  ): TemplateResult {
    const value = this.#where.value[name];
    const id = `call-${name}`;
    return html`<div class="slider">
      <label for=${id}>${label}</label>
      <input
        id=${id}
        type="range"
        min=${low}
        max=${high}
        step=${step}
        .value=${String(value)}
        aria-valuetext=${write(value)}
        @input=${({ target }: Event) => this.#move({ [name]: (target as HTMLInputElement).valueAsNumber })}
      />
      <output for=${id}>${write(value)}</output>
    </div>`;
  }

  #status(model: Model | undefined): string {
    if (model === undefined) return 'Loading the model.';
    const speed = this.#speed.value;
    const what = `One call of a network with ${model.parameters.toLocaleString('en')} weights`;
    return speed === undefined
      ? `${what}.`
      : `${what} takes ${speed.cost.toFixed(1)} ms: ${Math.round(speed.pictures)} pictures a second, plus their variations.`;
  }

  #describe(model: Model | undefined): string {
    if (model === undefined) return 'No picture yet';
    const { labels, mix, around, aside } = this.#where.value;
    const [first, second] = labels.map((label) => model.classes[label]);
    const mixed = mix === 0 || first === second ? '' : `, ${(100 * mix).toFixed(0)}% ${second}`;
    return `A picture of ${first}${mixed}, from the noise at ${around.toFixed(0)} and ${aside.toFixed(0)} degrees`;
  }

  readonly #begin = (): void => {
    this.#failure.value = '';
    this.#worker?.terminate();
    const worker = new Worker(new URL('../training/worker.ts', import.meta.url), { type: 'module', name: 'one-call' });
    this.#worker = worker;
    worker.onerror = ({ message }) => (this.#failure.value = message);
    worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      if (data.kind === 'failed') this.#failure.value = data.message;
      else if (data.kind === 'picture') this.#show(data);
      else {
        this.#model.value = data;
        const labelOf = (name: string): number => Math.max(0, data.classes.indexOf(name));
        this.#move({ labels: [labelOf(FIRST), labelOf(SECOND)] });
      }
    };
  };

  #send(request: Request): void {
    this.#worker?.postMessage(request);
  }

  #move(changes: Partial<Where>): void {
    this.#where.value = { ...this.#where.peek(), ...changes };
    this.#send({ kind: 'move', where: this.#where.peek() });
  }

  #take(variation: number): void {
    const from = this.#where.peek();
    this.#where.value = { ...from, around: 0, aside: 0 };
    this.#send({ kind: 'take', from, variation, where: this.#where.peek() });
  }

  #show({ index, pixels, milliseconds }: Picture): void {
    for (const canvas of this.querySelectorAll<HTMLCanvasElement>(`canvas[data-index='${index}']`))
      canvas.getContext('2d')!.putImageData(new ImageData(pixels, canvas.width), 0, 0);
    if (index > 0) return;
    this.#counted.pictures++;
    this.#counted.spent += milliseconds;
  }

  readonly #tell = (): void => {
    const now = performance.now();
    const { since, pictures, spent } = this.#counted;
    this.#counted = { since: now, pictures: 0, spent: 0 };
    // one alone is no rate
    if (pictures > 2) this.#speed.value = { pictures: (1_000 * pictures) / (now - since), cost: spent / pictures };
  };

  readonly #grasp = (event: PointerEvent): void => {
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this.#dragged = [event.clientX, event.clientY];
  };

  readonly #drag = ({ currentTarget, buttons, clientX, clientY }: PointerEvent): void => {
    if (buttons === 0 || this.#dragged === undefined) return;
    const perPixel = DRAGGED / (currentTarget as HTMLElement).clientWidth;
    const { around, aside } = this.#where.peek();
    const [x, y] = this.#dragged;
    this.#dragged = [clientX, clientY];
    this.#move({
      around: turned(around + perPixel * (clientX - x)),
      aside: Math.max(-90, Math.min(90, aside - perPixel * (clientY - y))),
    });
  };

  /** Goes round the circle of noise, by the clock. */
  readonly #play = (): void => {
    this.#isPlaying.value = !this.#isPlaying.peek();
    let before = performance.now();
    const go = (now: number): void => {
      if (!this.#isPlaying.peek()) return;
      this.#move({ around: turned(this.#where.peek().around + (PLAYED * (now - before)) / 1_000) });
      before = now;
      requestAnimationFrame(go);
    };
    if (this.#isPlaying.peek()) requestAnimationFrame(go);
  };
}

const degrees = (value: number): string => `${value.toFixed(0)}°`;

/** An angle from 0 to 360 degrees. */
const turned = (degrees: number): number => ((degrees % 360) + 360) % 360;

customElements.define('lab-one-call', LabOneCall);
