import { html, nothing } from 'lit';
import { newSeed, rewind, update } from './acts.js';
import { isEmbedded } from './beginning.js';
import { explainFailure } from './explain-failure.js';
import { tryAgain } from './open-files.js';
import { isPaced, pace, setPace, start, stop } from './pacing.js';
import { isSlow, stopSlow } from './slow-motion.js';
import { past, session, shownFrame } from './store.js';
import { frames, goTo, position } from './timeline.js';
import { Watching } from './watching.js';

/** Speeds in updates a second, and what they are called; 0 is as fast as it goes. */
const speeds: readonly (readonly [pace: number, label: string])[] = [
  [0, 'Full speed'],
  [10, '10 per second'],
  [2, '2 per second'],
];

/** Milliseconds between two sentences to a screen reader, unless something has begun or ended. */
const ANNOUNCE_EVERY = 5_000;

/** Start, stop, one update, rewind, new seed, the speed, and how far the run is. */
export class LabTransport extends Watching {
  #announced = { state: '', at: 0, sentence: '' };

  override render() {
    const { snapshot, data, experiment } = session.value;
    const { status, totalSteps, seconds, error } = snapshot.value;
    const isReady = data.value !== undefined;
    const isRunning = (status === 'running' && !isSlow.value) || isPaced.value;
    const isOver = status === 'finished' || totalSteps >= experiment.steps;
    const isFull = pace.value === 0 && !isSlow.value;
    const rate = isFull && seconds > 0 && snapshot.value.step > 0 ? snapshot.value.step / seconds : undefined;
    const state = words(isRunning ? 'running' : status, isReady);
    const sentence = `${state}, ${count(totalSteps)} of ${count(experiment.steps)} updates${rate === undefined ? '' : `, ${rate.toFixed(0)} per second`}`;
    const begin = (): void => {
      past.value = undefined;
      stopSlow();
      start();
    };
    return html`<div class="transport" role="group" aria-label="Training">
        <button
          class="main"
          id=${isRunning ? 'stop' : 'start'}
          ?disabled=${!isRunning && (!isReady || isOver)}
          @click=${() => (isRunning ? void stop() : begin())}
        >
          ${isRunning ? 'Stop' : 'Start'}
        </button>
        <button id="step" ?disabled=${!isReady || isRunning || isOver} @click=${() => void update()}>One update</button>
        <button id="rewind" ?disabled=${!isReady} @click=${() => rewind()}>Rewind</button>
        <button id="seed" ?disabled=${!isReady} @click=${newSeed}>New seed</button>
        <select
          id="speed"
          aria-label="Speed"
          @change=${(event: Event) => void setPace(Number((event.target as HTMLSelectElement).value))}
        >
          ${speeds.map(([value, label]) => html`<option value=${value} ?selected=${value === pace.value}>${label}</option>`)}
        </select>
      </div>
      <progress max=${experiment.steps} value=${totalSteps} aria-label="Updates"></progress>
      ${isEmbedded ? nothing : timeline()}
      <p class="status">${sentence}</p>
      <p class="unseen" role="status">${this.#announce(state, sentence)}</p>
      ${
        status === 'failed'
          ? html`<p class="notice" role="alert">
              ${explainFailure(error?.message ?? '', experiment.runtime)}
              <button id="again" @click=${() => void tryAgain()}>Try again</button>
            </p>`
          : nothing
      }`;
  }

  /** The sentence for a screen reader: a new one, or the last one while that is still being read. */
  #announce(state: string, sentence: string): string {
    const now = performance.now();
    if (state !== this.#announced.state || now - this.#announced.at >= ANNOUNCE_EVERY)
      this.#announced = { state, at: now, sentence };
    return this.#announced.sentence;
  }
}

/** A slider over the frames of the run: all views show the chosen one. */
function timeline() {
  const last = frames.value.length - 1;
  const step = shownFrame.value?.step ?? 0;
  const text = `update ${count(step)}`;
  return html`<div class="slider timeline">
    <label for="timeline">Timeline</label>
    <input
      id="timeline"
      type="range"
      min="0"
      max=${Math.max(1, last)}
      .value=${String(Math.max(0, position.value))}
      ?disabled=${last < 1}
      aria-valuetext=${text}
      @input=${(event: Event) => goTo((event.target as HTMLInputElement).valueAsNumber)}
    />
    <output for="timeline">${text}</output>
  </div>`;
}

const count = (updates: number): string => updates.toLocaleString('en');

function words(status: string, isReady: boolean): string {
  if (status === 'failed') return 'Failed';
  if (!isReady) return 'Loading';
  return { idle: 'Ready', running: 'Training', stopped: 'Stopped', finished: 'Finished' }[status] ?? status;
}

customElements.define('lab-transport', LabTransport);
