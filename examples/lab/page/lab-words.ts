import { computed } from '@preact/signals-core';
import { html, type TemplateResult } from 'lit';
import { PLACES, WORDS } from '../training/sizes.js';
import { createWordReader, kindWords, type WordKind, type WordReader } from '../views/words.js';
import { lookAt, toggle } from './acts.js';
import { experiment, look, opened, session, shownFrame } from './store.js';
import { Watching } from './watching.js';

/** The largest number of completions that are shown. */
const SHOWN = 16;
/** The view of words while they are made; it has the name of the one of pictures, and is open or closed with it. */
const MAKING = 'making';
const kinds = Object.keys(kindWords) as WordKind[];

const reader = computed<WordReader | undefined>(() => {
  const words = session.value.words.value;
  return words && createWordReader(words.list);
});

/** Sampled words, words that complete what is typed, and words while they are made. */
export class LabWords extends Watching {
  override render() {
    const now = reader.value;
    const frame = shownFrame.value;
    if (now === undefined || frame === undefined)
      return html`<section aria-label="Words"><p>No words yet.</p></section>`;
    const isInOrder = experiment.value.direction === 'right';
    const wordsOf = (name: string): readonly string[] => now.read(frame.pictures[name] ?? new Uint8Array(), PLACES);
    const samples = wordsOf('samples');
    const counts = kinds.map((kind) => samples.filter((word) => now.kindOf(word) === kind).length);
    return html`<section aria-label="Words">
      <h2>Words after ${frame.step.toLocaleString('en')} updates</h2>
      ${list(samples, now)}
      <ul class="kinds">
        ${kinds.map((kind, i) => html`<li><b class="count">${counts[i]}</b> <span class=${`word ${kind}`}>${kindWords[kind]}</span></li>`)}
      </ul>
      <p class="about">
        The words always use the same random numbers, so you can see them change. The list has the most common words of
        SCOWL, © 2000-2016 Kevin Atkinson.
      </p>
      <h2><label for="typed">${isInOrder ? 'A beginning to continue' : 'Letters, with _ for blanks'}</label></h2>
      <input
        id="typed"
        type="text"
        maxlength=${PLACES - 1}
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
        aria-describedby="typed-help"
        .value=${look.value.typed}
        @input=${type}
      />
      ${completions(wordsOf('completions'), now)}
      <p class="about" id="typed-help">
        ${
          isInOrder
            ? 'A model that writes from left to right can only continue: letters after the first _ are ignored.'
            : 'You can also use a space or a question mark for a blank.'
        }
      </p>
      ${making(wordsOf('making'))}
    </section>`;
  }
}

/** Words, each with what is known of it. */
function list(words: readonly string[], { kindOf }: WordReader): TemplateResult {
  return html`<ul class="words">
    ${words.map((word) => {
      const kind = kindOf(word);
      return html`<li class=${`word ${kind}`}>
        ${word === '' ? '\u2013' : word}<span class="unseen">, ${kind}</span>
      </li>`;
    })}
  </ul>`;
}

/** Different completions, the most frequent first. */
function completions(words: readonly string[], now: WordReader): TemplateResult {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const found = [...counts].sort(([, a], [, b]) => b - a);
  return html`<div id="completions">
    ${list(
      found.slice(0, SHOWN).map(([word]) => word),
      now,
    )}
  </div>`;
}

/** The same words in each row, further on; a column for each word. */
function making(words: readonly string[]): TemplateResult {
  const rows = words.length / WORDS.making;
  return html`<details class="view" ?open=${opened.value.includes(MAKING)} @toggle=${toggleMaking}>
    <summary><h2>From blanks to words</h2></summary>
    <table class="making">
      <thead>
        <tr>
          <th scope="col">Call</th>
          ${Array.from({ length: WORDS.making }, (_, i) => html`<th scope="col">Word ${i + 1}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${Array.from(
          { length: rows },
          (_, row) =>
            html`<tr>
              <th scope="row">${row + 1}</th>
              ${words.slice(row * WORDS.making, (row + 1) * WORDS.making).map((word) => html`<td>${word}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
    <p class="about">Each row is one network call, which fills in one more letter of each word.</p>
  </details>`;
}

function toggleMaking(event: Event): void {
  const isOpen = (event.currentTarget as HTMLDetailsElement).open;
  if (isOpen !== opened.value.includes(MAKING)) toggle(MAKING);
}

function type(event: Event): void {
  const input = event.target as HTMLInputElement;
  const typed = input.value
    .toLowerCase()
    .replaceAll(/[ ?.*-]/g, '_')
    .replaceAll(/[^a-z_]/g, '');
  if (typed !== input.value) input.value = typed;
  lookAt({ typed });
}

customElements.define('lab-words', LabWords);
