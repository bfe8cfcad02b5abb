import { html } from 'lit';
import { newSeed, rewind, session } from './store.js';
import { Watching } from './watching.js';

/** Start, stop, one update, rewind, new seed, and how far the run is. */
export class LabTransport extends Watching {
  override render() {
    const { snapshot, data, experiment, start, stop, step } = session.value;
    const { status, totalSteps, seconds, error } = snapshot.value;
    const isReady = data.value !== undefined;
    const isRunning = status === 'running';
    const isOver = status === 'finished' || totalSteps >= experiment.steps;
    const rate = seconds > 0 && snapshot.value.step > 0 ? snapshot.value.step / seconds : undefined;
    return html`<div class="transport" role="group" aria-label="Training">
        ${
          isRunning
            ? html`<button class="main" id="stop" @click=${() => void stop()}>Stop</button>`
            : html`<button class="main" id="start" ?disabled=${!isReady || isOver} @click=${start}>Start</button>`
        }
        <button id="step" ?disabled=${!isReady || isRunning || isOver} @click=${step}>One update</button>
        <button id="rewind" ?disabled=${!isReady} @click=${rewind}>Rewind</button>
        <button id="seed" ?disabled=${!isReady} @click=${newSeed}>New seed</button>
      </div>
      <progress max=${experiment.steps} value=${totalSteps} aria-label="Updates"></progress>
      <p class="status" role="status">
        ${status === 'failed' ? `The run failed: ${error?.message}` : words(status, isReady)}, ${totalSteps} of
        ${experiment.steps} updates${rate === undefined ? '' : `, ${rate.toFixed(0)} a second`}
      </p>`;
  }
}

function words(status: string, isReady: boolean): string {
  if (!isReady) return 'Loading';
  return { idle: 'Ready', running: 'Learning', stopped: 'Stopped', finished: 'Finished' }[status] ?? status;
}

customElements.define('lab-transport', LabTransport);
