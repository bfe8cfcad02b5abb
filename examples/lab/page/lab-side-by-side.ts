import { effect, signal } from '@preact/signals-core';
import { html } from 'lit';
import { withFamily, type Experiment } from '../experiment/experiment.js';
import { fields, type PictureFamily } from '../experiment/fields.js';
import { distanceText } from '../experiment/measures-text.js';
import { firstLook } from '../experiment/look.js';
import type { Canvas } from '../views/canvas.js';
import { drawPlane } from '../views/plane.js';
import { samples } from '../views/samples.js';
import type { Seen } from '../views/view.js';
import { change } from './acts.js';
import { explainFailure } from './explain-failure.js';
import './lab-canvas.js';
import { openSession, type Session } from './session.js';
import { experiment } from './store.js';
import { Watching } from './watching.js';

/** Milliseconds that one family has the machine to itself. */
const TURN = 700;
/** Updates that nobody reaches. */
const MOST = fields.steps.high;
const families: readonly PictureFamily[] = ['vae', 'gan', 'diffusion'];

/** The three families on the same data, which take turns until each has learned for the same number of seconds. */
export class LabSideBySide extends Watching {
  readonly #sessions = signal<readonly Session[]>([]);
  readonly #isGoing = signal(false);
  readonly #seconds = signal(10);
  #unwatch: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    let shown = '';
    this.#unwatch = effect(() => {
      const { data, seed, points, pictures, runtime } = experiment.value;
      const next = JSON.stringify([data, seed, points, pictures?.shape, runtime]);
      if (next === shown) return;
      shown = next;
      this.#open(experiment.value);
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unwatch?.();
    this.#close();
  }

  override render() {
    const sessions = this.#sessions.value;
    const isReady = sessions.length > 0 && sessions.every(({ data }) => data.value !== undefined);
    const isGoing = this.#isGoing.value;
    const isOver = sessions.every((one) => this.#isDone(one));
    const choose = (event: Event): void => change('data', (event.target as HTMLSelectElement).value);
    return html`<section aria-label="Side by side">
      <div class="transport" role="group" aria-label="Training of all three">
        <button
          class="main"
          id=${isGoing ? 'stop-all' : 'start-all'}
          ?disabled=${!isGoing && (!isReady || isOver)}
          @click=${() => (isGoing ? (this.#isGoing.value = false) : void this.#go())}
        >
          ${isGoing ? 'Stop all' : 'Start all'}
        </button>
        <button ?disabled=${!isReady} @click=${() => this.#open(experiment.value)}>Rewind</button>
        <label
          >Data
          <select @change=${choose}>
            ${Object.entries(fields.data.choices)
              .filter(([name]) => !['csv', 'drawn', 'own', 'words'].includes(name) || name === experiment.value.data)
              .map(
                ([name, label]) =>
                  html`<option value=${name} ?selected=${name === experiment.value.data}>${label}</option>`,
              )}
          </select></label
        >
        <label
          >Seconds for each
          <select
            @change=${(event: Event) => (this.#seconds.value = Number((event.target as HTMLSelectElement).value))}
          >
            ${[10, 20, 60].map((n) => html`<option ?selected=${n === this.#seconds.value}>${n}</option>`)}
          </select></label
        >
      </div>
      <p class="about">They take turns, so each one has the whole processor during its seconds.</p>
      <div class="three">${sessions.map((one) => card(one))}</div>
    </section>`;
  }

  readonly #go = async (): Promise<void> => {
    const sessions = this.#sessions.peek();
    this.#isGoing.value = true;
    while (this.#isGoing.peek() && sessions === this.#sessions.peek()) {
      const next = sessions
        .filter((one) => !this.#isDone(one))
        .sort((a, b) => a.snapshot.peek().seconds - b.snapshot.peek().seconds)[0];
      if (next === undefined) break;
      next.start();
      await new Promise((resolve) => setTimeout(resolve, TURN));
      await next.stop();
    }
    if (sessions === this.#sessions.peek()) this.#isGoing.value = false;
  };

  #isDone({ snapshot }: Session): boolean {
    const { status, seconds } = snapshot.value;
    return status === 'finished' || status === 'failed' || seconds >= this.#seconds.value;
  }

  #open(one: Experiment): void {
    this.#close();
    const watched = { views: [], look: firstLook };
    this.#sessions.value = families.map((family) => openSession({ ...withFamily(one, family), steps: MOST }, watched));
  }

  #close(): void {
    this.#isGoing.value = false;
    this.#sessions.peek().forEach((one) => one.close());
    this.#sessions.value = [];
  }
}

function card({ experiment: one, frame, data, pictures, measures, snapshot }: Session) {
  const last = measures.value.at(-1);
  const { status, totalSteps, seconds, error } = snapshot.value;
  const far = last === undefined ? '-' : distanceText(last.energyDistance);
  const name = fields.family.choices[one.family];
  const seen = (): Seen | undefined =>
    frame.value === undefined || data.value === undefined
      ? undefined
      : { experiment: one, frame: frame.value, data: data.value, pictures: pictures.value, look: firstLook };
  const draw = (canvas: Canvas): void => {
    const now = seen();
    if (now?.pictures !== undefined) samples.draw(canvas, now);
    else if (now !== undefined) drawPlane(canvas, now, ['data', 'samples']);
  };
  const height = (width: number): number => {
    const now = seen();
    return now?.pictures === undefined ? width : samples.height!(width, now);
  };
  const describe = (): string => `${name}: the data, and samples after ${totalSteps} updates. Energy distance: ${far}.`;
  return html`<article aria-label=${name}>
    <h2>${name}</h2>
    <lab-canvas .height=${height} .draw=${draw} .describe=${describe}></lab-canvas>
    <dl>
      <dt>Energy distance to the data</dt>
      <dd>${far}</dd>
      <dt>The same for real data</dt>
      <dd>${last === undefined ? '-' : last.baseline.toPrecision(2)}</dd>
      <dt>Seconds</dt>
      <dd>${seconds.toFixed(1)}</dd>
      <dt>Updates</dt>
      <dd>${totalSteps}</dd>
    </dl>
    ${status === 'failed' ? html`<p class="verdict">${explainFailure(error?.message ?? '', one.runtime)}</p>` : ''}
  </article>`;
}

customElements.define('lab-side-by-side', LabSideBySide);
