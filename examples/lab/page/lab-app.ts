import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { fields } from '../experiment/fields.js';
import { kindOf } from '../experiment/pictures.js';
import { viewsOf } from '../views/index.js';
import { pageLabels, type PageName } from '../experiment/link.js';
import { change } from './acts.js';
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
import './lab-words.js';
import { embeddedView, isEmbedded } from './beginning.js';
import { experiment, isSheetOpen, isStoryOpen, notice, openedModel, page, story } from './store.js';
import { isDark, switchTheme } from './theme.js';
import { Watching } from './watching.js';

/** The page. */
export class LabApp extends Watching {
  override render() {
    if (isEmbedded) return embedded();
    const { family } = experiment.value;
    const choose = (name: string): void => {
      page.value = undefined;
      if (name !== family) change('family', name);
    };
    const tellStories = (): void => {
      isStoryOpen.value = !isStoryOpen.value;
      story.value = undefined;
    };
    return html`<header>
        <h1>The lab</h1>
        <p>Train generative models in your browser.</p>
        <button id="theme" aria-pressed=${isDark.value} @click=${switchTheme}>Dark</button>
        <nav aria-label="Families">
          ${Object.entries(fields.family.choices).map(
            ([name, label]) =>
              html`<button
                id=${`family-${name}`}
                aria-pressed=${name === family && page.value === undefined}
                @click=${() => choose(name)}
              >
                ${label}
              </button>`,
          )}
          ${Object.entries(pageLabels).map(
            ([name, label]) =>
              html`<button
                id=${`page-${name}`}
                aria-pressed=${name === page.value}
                @click=${() => (page.value = name as PageName)}
              >
                ${label}
              </button>`,
          )}
          <button id="stories" aria-expanded=${isStoryOpen.value} @click=${tellStories}>Stories</button>
        </nav>
      </header>
      ${
        notice.value === ''
          ? nothing
          : html`<p class="notice" role="alert">
              ${notice.value} <button @click=${() => (notice.value = '')}>Close</button>
            </p>`
      }
      ${page.value === undefined ? main() : pages[page.value]()}
      ${openedModel.value === undefined ? nothing : lookedAt()}`;
  }
}

/** The samples with what is around them. */
const see = () => {
  const kind = kindOf(experiment.value.data);
  if (kind === 'points') return html`<lab-plane></lab-plane>`;
  return kind === 'pictures' ? html`<lab-pictures></lab-pictures>` : html`<lab-words></lab-words>`;
};

/** One view, for a frame in another page: the samples, or one by its name. */
const embedded = () => {
  const view = viewsOf(experiment.value).find(({ name }) => name === embeddedView);
  return html`<main class="embedded">
    <div class="card">
      <lab-transport></lab-transport>
      ${view === undefined ? see() : html`<lab-view .view=${view}></lab-view>`}
      ${notice.value === '' ? nothing : html`<p class="notice" role="alert">${notice.value}</p>`}
      <p class="about"><a href=${location.pathname + location.hash} target="_blank">Open in the lab</a></p>
    </div>
  </main>`;
};

/** The other pages, which are loaded when they are opened. */
const pages: Readonly<Record<PageName, () => TemplateResult>> = {
  side: () => {
    void import('./lab-side-by-side.js');
    return alone(html`<lab-side-by-side class="card"></lab-side-by-side>`);
  },
  one: () => {
    void import('./lab-one-call.js');
    return alone(html`<lab-one-call class="card"></lab-one-call>`);
  },
};

/** A model file; what shows it is loaded when one is opened. */
function lookedAt(): TemplateResult {
  void import('./lab-model.js');
  return html`<lab-model></lab-model>`;
}

const alone = (content: TemplateResult): TemplateResult =>
  html`<main class="alone">
    ${isStoryOpen.value ? html`<lab-story class="card"></lab-story>` : nothing} ${content}
  </main>`;

const shown = (place: 'plane' | 'middle') =>
  repeat(
    viewsOf(experiment.value).filter((view) => (view.isOfPlane === true) === (place === 'plane')),
    ({ name }) => name,
    (view) => html`<lab-view class="card" .view=${view}></lab-view>`,
  );

const main = () => {
  const kind = kindOf(experiment.value.data);
  const isOfPoints = kind === 'points';
  return html`<main class=${isStoryOpen.value ? 'telling' : ''}>
    ${isStoryOpen.value ? html`<lab-story class="card"></lab-story>` : nothing}
    <div class="see">
      <div class="card">
        <lab-transport></lab-transport>
        ${see()} ${kind === 'pictures' ? html`<lab-own-pictures></lab-own-pictures>` : nothing}
      </div>
      ${shown('plane')}
    </div>
    <div class="learn">
      <lab-curves class="card"></lab-curves>
      <lab-measures class="card"></lab-measures>
      <lab-diagram class="card"></lab-diagram>
      ${shown('middle')}
      ${experiment.value.family === 'diffusion' && isOfPoints ? html`<lab-quality class="card"></lab-quality>` : nothing}
    </div>
    <div class=${isSheetOpen.value ? 'set card open' : 'set card'} id="sheet" @keydown=${closeOnEscape}>
      <div>
        <h2>Experiment</h2>
        <p class="about">Controls with &#8635; restart the run.</p>
      </div>
      <lab-controls></lab-controls>
      <lab-take-away></lab-take-away>
      <lab-files></lab-files>
    </div>
    <button
      id="settings"
      aria-expanded=${isSheetOpen.value}
      aria-controls="sheet"
      @click=${() => (isSheetOpen.value = !isSheetOpen.value)}
    >
      ${isSheetOpen.value ? 'Close settings' : 'Settings'}
    </button>
  </main>`;
};

function closeOnEscape({ key }: KeyboardEvent): void {
  if (key !== 'Escape' || !isSheetOpen.value) return;
  isSheetOpen.value = false;
  document.getElementById('settings')?.focus();
}

customElements.define('lab-app', LabApp);
