import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { fields } from '../experiment/fields.js';
import { kindOf } from '../experiment/pictures.js';
import { viewsOf } from '../views/index.js';
import { change, setBeside } from './acts.js';
import './lab-beside.js';
import './lab-controls.js';
import './lab-curves.js';
import './lab-diagram.js';
import './lab-files.js';
import './lab-measures.js';
import './lab-own-pictures.js';
import './lab-pictures.js';
import './lab-plane.js';
import './lab-quality.js';
import './lab-story.js';
import './lab-take-away.js';
import './lab-transport.js';
import './lab-view.js';
import { embeddedView, isEmbedded } from './beginning.js';
import { experiment, isBeside, isTelling, notice, story } from './store.js';
import { Watching } from './watching.js';

/** The page. */
export class LabApp extends Watching {
  override render() {
    if (isEmbedded) return embedded();
    const { family } = experiment.value;
    const choose = (name: string): void => {
      setBeside(false);
      if (name !== family) change('family', name);
    };
    const tellStories = (): void => {
      isTelling.value = !isTelling.value;
      story.value = undefined;
    };
    return html`<header>
        <h1>The lab</h1>
        <p>Generative models learn in this page; nothing leaves it.</p>
        <nav aria-label="Families">
          ${Object.entries(fields.family.choices).map(
            ([name, label]) =>
              html`<button
                id=${`family-${name}`}
                aria-pressed=${name === family && !isBeside.value}
                @click=${() => choose(name)}
              >
                ${label}
              </button>`,
          )}
          <button id="beside" aria-pressed=${isBeside.value} @click=${() => setBeside(true)}>Side by side</button>
          <button id="stories" aria-expanded=${isTelling.value} @click=${tellStories}>Stories</button>
        </nav>
      </header>
      ${
        notice.value === ''
          ? nothing
          : html`<p class="notice" role="alert">
              ${notice.value} <button @click=${() => (notice.value = '')}>Close</button>
            </p>`
      }
      ${isBeside.value ? beside() : main()}`;
  }
}

/** The samples with what is around them. */
const see = () =>
  kindOf(experiment.value.data) === 'points' ? html`<lab-plane></lab-plane>` : html`<lab-pictures></lab-pictures>`;

/** One view, for a frame in another page: the samples, or one by its name. */
const embedded = () => {
  const view = viewsOf(experiment.value).find(({ name }) => name === embeddedView);
  return html`<main class="embedded">
    <div class="card">
      <lab-transport></lab-transport>
      ${view === undefined ? see() : html`<lab-view .view=${view}></lab-view>`}
      ${notice.value === '' ? nothing : html`<p class="notice" role="alert">${notice.value}</p>`}
      <p class="about"><a href=${location.pathname + location.hash} target="_blank">Open it in the lab</a></p>
    </div>
  </main>`;
};

const beside = () =>
  html`<main class="beside">
    ${isTelling.value ? html`<lab-story class="card"></lab-story>` : nothing}
    <lab-beside class="card"></lab-beside>
  </main>`;

const shown = (place: 'plane' | 'middle') =>
  repeat(
    viewsOf(experiment.value).filter((view) => (view.isOfPlane === true) === (place === 'plane')),
    ({ name }) => name,
    (view) => html`<lab-view class="card" .view=${view}></lab-view>`,
  );

const main = () => {
  const isOfPoints = kindOf(experiment.value.data) === 'points';
  const curves = html`<lab-curves class="card"></lab-curves>`;
  // beside the plane, where there is room
  const isBesidePlane = isOfPoints && experiment.value.family !== 'vae';
  return html`<main class=${isTelling.value ? 'telling' : ''}>
    ${isTelling.value ? html`<lab-story class="card"></lab-story>` : nothing}
    <div class="see">
      <div class="card">
        <lab-transport></lab-transport>
        ${see()} ${isOfPoints ? nothing : html`<lab-own-pictures></lab-own-pictures>`}
      </div>
      ${shown('plane')} ${isBesidePlane ? nothing : curves}
    </div>
    <div class="learn">
      <lab-diagram class="card"></lab-diagram>
      <lab-measures class="card"></lab-measures>
      ${isBesidePlane ? curves : nothing} ${shown('middle')}
      ${experiment.value.family === 'diffusion' && isOfPoints ? html`<lab-quality class="card"></lab-quality>` : nothing}
    </div>
    <div class="set card">
      <h2>Experiment</h2>
      <lab-controls></lab-controls>
      <lab-take-away></lab-take-away>
      <lab-files></lab-files>
    </div>
  </main>`;
};

customElements.define('lab-app', LabApp);
