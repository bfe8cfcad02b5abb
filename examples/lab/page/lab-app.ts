import { html, nothing } from 'lit';
import { fields } from '../experiment/fields.js';
import { kindOf } from '../experiment/pictures.js';
import { viewsOf } from '../views/index.js';
import './lab-controls.js';
import './lab-curves.js';
import './lab-measures.js';
import './lab-own-pictures.js';
import './lab-pictures.js';
import './lab-plane.js';
import './lab-take-away.js';
import './lab-transport.js';
import { change, experiment, notice } from './store.js';
import { viewCanvas } from './view-canvas.js';
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
          ${kindOf(experiment.value.data) === 'points' ? html`<lab-plane></lab-plane>` : html`<lab-pictures></lab-pictures>`}
          <lab-own-pictures></lab-own-pictures>
        </div>
        <div class="learn">
          <lab-curves></lab-curves>
          <lab-measures></lab-measures>
          ${viewsOf(experiment.value).map(
            (view) =>
              html`<section aria-label=${view.title}>
                <h2>${view.title}</h2>
                ${viewCanvas(view)}
                <p class="about">${view.about}</p>
              </section>`,
          )}
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
