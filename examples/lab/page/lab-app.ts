import { html, nothing } from 'lit';
import { fields } from '../experiment/fields.js';
import type { Canvas } from '../views/canvas.js';
import { viewsOf } from '../views/index.js';
import './lab-canvas.js';
import './lab-controls.js';
import './lab-curves.js';
import './lab-files.js';
import './lab-measures.js';
import './lab-plane.js';
import './lab-take-away.js';
import './lab-transport.js';
import { change, experiment, notice, session } from './store.js';
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
          ${viewsOf(experiment.value).map(
            (view) =>
              html`<section aria-label=${view.title}>
                <h2>${view.title}</h2>
                <lab-canvas
                  .draw=${(canvas: Canvas) => {
                    const seen = seenNow();
                    if (seen !== undefined) view.draw(canvas, seen);
                  }}
                  .describe=${() => {
                    const seen = seenNow();
                    return seen === undefined ? 'Not drawn yet.' : view.describe(seen);
                  }}
                ></lab-canvas>
                <p class="about">${view.about}</p>
              </section>`,
          )}
        </div>
        <div class="set">
          <h2>Experiment</h2>
          <lab-controls></lab-controls>
          <lab-take-away></lab-take-away>
          <lab-files></lab-files>
        </div>
      </main>`;
  }
}

function seenNow() {
  const { frame, data } = session.value;
  if (frame.value === undefined || data.value === undefined) return undefined;
  return { experiment: experiment.value, frame: frame.value, data: data.value };
}

customElements.define('lab-app', LabApp);
