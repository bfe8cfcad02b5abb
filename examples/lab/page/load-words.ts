import { notice } from './store.js';

/** Loads the element that shows words, once: only those who choose words need it. */
export function loadWords(): void {
  import('./lab-words.js').catch(
    () => (notice.value = 'The part of the page that shows words could not be loaded: reload the page.'),
  );
}
