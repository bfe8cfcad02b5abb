import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { fields } from '../experiment/fields.js';
import { viewsOf } from '../views/index.js';
import './lab-controls.js';
import './lab-curves.js';
import './lab-measures.js';
import './lab-plane.js';
import './lab-quality.js';
import './lab-take-away.js';
import './lab-transport.js';
import './lab-view.js';
import { change, experiment, notice } from './store.js';
import { Watching } from './watching.js';

/** The page. */
export class LabApp extends Watching {
  override render() {
    const { family } = experiment.value;
    return html`<header>
        <h1>The lab</h1>
        <p>Generative models learn in this page; nothing leaves it.</p>
        <nav aria-label="Families">
          ${Object.entries(fields.family.choices).map(
            ([name, label]) =>
              html`<button
                id=${`family-${name}`}
                aria-pressed=${name === family}
                @click=${() => name !== family && change('family', name)}
              >
                ${label}
              </button>`,
          )}
        </nav>
      </header>
      ${
        notice.value === ''
          ? nothing
          : html`<p class="notice" role="alert">
              ${notice.value} <button @click=${() => (notice.value = '')}>Close</button>
            </p>`
      }
      <main>
        <div class="see">
          <lab-transport></lab-transport>
          <lab-plane></lab-plane>
        </div>
        <div class="learn">
          <lab-curves></lab-curves>
          <lab-measures></lab-measures>
          ${repeat(
            viewsOf(experiment.value),
            ({ name }) => name,
            (view) => html`<lab-view .view=${view}></lab-view>`,
          )}
          ${family === 'diffusion' ? html`<lab-quality></lab-quality>` : nothing}
        </div>
        <div class="set">
          <h2>Experiment</h2>
          <lab-controls></lab-controls>
          <lab-take-away></lab-take-away>
        </div>
      </main>`;
  }
}

customElements.define('lab-app', LabApp);
