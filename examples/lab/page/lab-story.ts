import { html, nothing } from 'lit';
import { experimentOf, stories } from '../stories/index.js';
import { writeLink } from '../experiment/link.js';
import { changeTo, openStory } from './acts.js';
import { isStoryOpen, story } from './store.js';
import { Watching } from './watching.js';

/** A list of the stories, or the open one, with what to do. */
export class LabStory extends Watching {
  override render() {
    if (!isStoryOpen.value) return nothing;
    const number = story.value;
    return number === undefined ? this.#list() : this.#one(number);
  }

  #list() {
    return html`<section class="story" aria-label="Stories">
      <h2>New here? Start with one of eight short stories</h2>
      <ol>
        ${stories.map((one, i) => {
          const where = { story: i + 1, page: one.page };
          return html`<li>
            <a href=${writeLink(experimentOf(one), [], where)} @click=${follow(i + 1)}>${one.title}</a>
          </li>`;
        })}
      </ol>
      <p class="row"><button @click=${() => (isStoryOpen.value = false)}>Not now</button></p>
    </section>`;
  }

  #one(number: number) {
    const { title, words, tasks, trials = [] } = stories[number - 1]!;
    return html`<section class="story" aria-label=${`Story ${number}: ${title}`}>
      <h2>${number}. ${title}</h2>
      ${words.map((paragraph) => html`<p>${paragraph}</p>`)}
      <ol class="tasks">
        ${tasks.map((task) => html`<li>${task}</li>`)}
      </ol>
      ${
        trials.length === 0
          ? nothing
          : html`<p class="row">
              ${trials.map(({ label, changes }) => html`<button @click=${() => changeTo(changes)}>${label}</button>`)}
            </p>`
      }
      <p class="row turn">
        <button ?disabled=${number === 1} @click=${() => openStory(number - 1)}>Previous</button>
        <span>${number} of ${stories.length}</span>
        <button ?disabled=${number === stories.length} @click=${() => openStory(number + 1)}>Next</button>
        <button @click=${() => (story.value = undefined)}>All stories</button>
        <button @click=${close}>Close</button>
      </p>
    </section>`;
  }
}

const follow = (number: number) => (event: MouseEvent) => {
  // in a tab of its own
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  openStory(number);
};

function close(): void {
  story.value = undefined;
  isStoryOpen.value = false;
}

customElements.define('lab-story', LabStory);
