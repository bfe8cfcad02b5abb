// What the controls of the page do.
import { batch, effect } from '@preact/signals-core';
import { liveOf, withData, withFamily, type Experiment } from '../experiment/experiment.js';
import { isLive, type DataName, type Family, type FieldName } from '../experiment/fields.js';
import { readLink, writeLink } from '../experiment/link.js';
import type { Look } from '../experiment/look.js';
import type { Pictures } from '../experiment/pictures.js';
import type { Point } from '../experiment/points.js';
import { withoutClash } from '../experiment/without-clash.js';
import { experimentOf, stories } from '../stories/index.js';
import type { SavedRun } from '../files/read-checkpoint.js';
import type { Saved } from '../training/messages.js';
import type { PageState } from './beginning.js';
import { newName } from './keeping.js';
import { stop } from './pacing.js';
import { openSession, whenReady, type Session } from './session.js';
import {
  beginning,
  experiment,
  hidden,
  isMoved,
  isSheetOpen,
  isStoryOpen,
  layers,
  layersFor,
  mayHide,
  notice,
  opened,
  openFor,
  page,
  place,
  session,
  story,
  watched,
} from './store.js';

effect(() => session.value.watch(watched.value));
effect(() => {
  const where = { story: story.value, page: page.value };
  const link = writeLink(experiment.value, hidden.value, where);
  // a page that is reloaded finds its run by this name
  history.replaceState({ run: session.value.name, hides: mayHide.value } satisfies PageState, '', link);
});
addEventListener('hashchange', () => {
  const { experiment: one, hidden: names, place: where, complaint } = readLink(location.hash);
  notice.value = complaint;
  hidden.value = names;
  mayHide.value = names.length === 0;
  story.value = where.story;
  if (where.story !== undefined) isStoryOpen.value = true;
  page.value = where.page;
  begin(one);
  opened.value = openFor(where.story);
  layers.value = layersFor(one.family, where.story);
});

/** Tells a story, by its number from 1, with its experiment; or none. */
export function openStory(number: number | undefined): void {
  const next = number === undefined ? undefined : stories[number - 1];
  story.value = number;
  isStoryOpen.value = next !== undefined;
  if (next === undefined) return;
  page.value = next.page;
  begin(experimentOf(next));
  opened.value = openFor(number);
  layers.value = layersFor(next.experiment.family, number);
}

/** Scrolls to a control, and lights it up. */
export async function pointAt(name: FieldName): Promise<void> {
  isSheetOpen.value = true;
  // a sheet that opens has no controls to scroll to before it is drawn
  await new Promise(requestAnimationFrame);
  const control = document.getElementById(`control-${name}`);
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  control?.scrollIntoView({ block: 'center', behavior: isCalm ? 'auto' : 'smooth' });
  control?.focus({ preventScroll: true });
}

/** Makes one update, of all players or only of these: then the program no longer gives the same losses. */
export function update(players?: readonly string[]): Promise<unknown> {
  if (players !== undefined) isMoved.value = true;
  return session.value.step(players);
}

/** Looks at something else. */
export function lookAt(change: Partial<Look>): void {
  place.value = { ...place.value, ...change };
}

/** Opens a view, or closes it. */
export function toggle(view: string): void {
  opened.value = opened.value.includes(view) ? opened.value.filter((name) => name !== view) : [...opened.value, view];
}

/** Restarts an experiment from its first update. */
export function begin(one: Experiment): void {
  const now = session.value;
  const isBroken = now.snapshot.value.status === 'failed';
  if (isBroken) now.close();
  show(one, () => (isBroken ? openSession(one, watched.value, newName()) : now.next(one, watched.value, newName())));
}

/**
 * Goes on with a saved run. The present one stays until the worker has loaded it.
 *
 * @returns whether it goes on; not if another experiment was begun meanwhile
 * @throws Error with a sentence for the reader if it cannot be loaded
 */
export async function goOn(saved: SavedRun, name = newName()): Promise<boolean> {
  const one = saved.experiment ?? experiment.value;
  const before = session.value;
  await stop();
  const next = openSession(one, watched.value, name, saved);
  const failure = await whenReady(next);
  const isLate = session.value !== before;
  if (isLate || failure !== undefined) next.close();
  if (isLate) return false;
  if (failure !== undefined) {
    throw new Error(`The checkpoint cannot be loaded, and the run before it stays. The reason: ${failure}`);
  }
  session.value.close();
  show(one, () => next, saved);
  return true;
}

function show(one: Experiment, open: () => Session, saved?: Saved): void {
  if (one.family !== experiment.value.family) layers.value = layersFor(one.family, story.value);
  // nothing may see the one without the other
  batch(() => {
    isMoved.value = saved?.isMoved ?? false;
    experiment.value = one;
    session.value = open();
  });
}

if (beginning.saved !== undefined) {
  void whenReady(session.value).then((failure) => {
    if (failure === undefined) return;
    begin(experiment.value);
    notice.value = `The saved run cannot be loaded, so it starts again. The reason: ${failure}`;
  });
}

/** Changes several settings: at once if all of them may change during a run, else in a new run. */
export function changeTo(changes: Partial<Experiment>): void {
  const names = Object.keys(changes) as FieldName[];
  if (names.every(isLive)) names.forEach((name) => change(name, changes[name]!));
  else beginWithoutClash({ ...experiment.value, ...changes }, names.includes('target') ? 'target' : 'schedule');
}

/** Changes a setting: at once if it may change during a run, else in a new run. */
export function change(name: FieldName, value: string | number): void {
  const next = { ...experiment.value, [name]: value } as Experiment;
  if (name === 'family') return begin(withFamily(experiment.value, value as Family));
  if (name === 'data') return begin(withData(experiment.value, value as DataName));
  if (!isLive(name)) return beginWithoutClash(next, name === 'target' ? 'target' : 'schedule');
  experiment.value = next;
  if (session.value.snapshot.value.step > 0 && isOfTraining(name)) isMoved.value = true;
  session.value.turn(liveOf(next), isMoved.value);
}

/** Begins an experiment; a setting that cannot go with the one just chosen changes, and the page says why. */
function beginWithoutClash(next: Experiment, kept: 'schedule' | 'target'): void {
  const { experiment: one, why } = withoutClash(next, kept);
  if (why !== '') notice.value = why;
  begin(one);
}

/** What changes the samples alone leaves the losses as they are. */
const isOfTraining = (name: FieldName): boolean =>
  !['calls', 'sampler', 'guidance', 'shown', 'temperature'].includes(name);

/** Goes back to the weights of the start; with other settings, if some are given. */
export const rewind = (changes: Partial<Experiment> = {}): void => begin({ ...experiment.value, ...changes });

/** Begins a run with other chance. */
export function newSeed(): void {
  begin({ ...experiment.value, seed: (experiment.value.seed + 1) % 1_000_000 });
}

/** Takes points of the user's own as data. */
export function takePoints(data: 'drawn' | 'csv', points: readonly Point[]): void {
  begin({ ...withData(experiment.value, data), points });
}

/** Takes pictures of the user's own as data. */
export function takePictures(pictures: Pictures): void {
  const classes = pictures.classes === undefined ? 'none' : 'used';
  begin({ ...withData(experiment.value, 'own'), pictures, classes });
}
