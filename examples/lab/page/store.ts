// What the page knows, and what its controls do.
import { computed, effect, signal } from '@preact/signals-core';
import { liveOf, withFamily, type Experiment } from '../experiment/experiment.js';
import { isLive, type Family, type FieldName } from '../experiment/fields.js';
import { readLink, writeLink } from '../experiment/link.js';
import type { Point } from '../experiment/points.js';
import { viewsOf } from '../views/index.js';
import { layersOf } from '../views/plane-layers.js';
import type { SavedRun } from '../files/read-checkpoint.js';
import type { Saved } from '../training/messages.js';
import { readBeginning } from './beginning.js';
import { newName } from './keeping.js';
import { openSession, whenReady, type Session } from './session.js';

const beginning = await readBeginning();

/** The experiment that is shown. */
export const experiment = signal<Experiment>(beginning.experiment);
/** Controls that the link hides. */
export const hidden = signal(beginning.hidden);
/** A sentence for the reader: what was wrong, and what to do. */
export const notice = signal(beginning.notice);
/** The noise level that is shown. */
export const noise = signal(0.5);
/** The layers of the plane that are shown, by name. */
export const layers = signal<readonly string[]>(defaultLayers(beginning.experiment.family));
/** Whether a control was moved after the first update, so that the program no longer gives the same losses. */
export const isMoved = signal(beginning.saved?.isMoved ?? false);
/** The name of a run before this one that the browser keeps. */
export const lastKept = signal(beginning.other);

const watched = computed(() => ({
  views: [...layers.value, ...viewsOf(experiment.value).flatMap(({ arrays }) => arrays)],
  look: { noise: noise.value },
}));

export const session = signal<Session>(openSession(experiment.value, watched.value, beginning.name, beginning.saved));

effect(() => session.value.watch(watched.value));
effect(() => {
  const link = writeLink(experiment.value, hidden.value);
  // a page that is loaded anew finds its run by this name
  history.replaceState({ run: session.value.name }, '', link);
});
addEventListener('hashchange', () => {
  const { experiment: one, hidden: names, complaint } = readLink(location.hash);
  notice.value = complaint;
  hidden.value = names;
  begin(one);
});

/** Begins an experiment anew, from its first update. */
export function begin(one: Experiment): void {
  const now = session.value;
  const isBroken = now.snapshot.value.status === 'failed';
  if (isBroken) now.close();
  show(one, () => (isBroken ? openSession(one, watched.value, newName()) : now.next(one, watched.value, newName())));
}

/**
 * Goes on with a saved run. The present one stays until the worker has loaded it.
 *
 * @throws Error with a sentence for the reader if it cannot be loaded
 */
export async function goOn(saved: SavedRun, name = newName()): Promise<void> {
  const one = saved.experiment ?? experiment.value;
  const before = session.value;
  await before.stop();
  const next = openSession(one, watched.value, name, saved);
  const failure = await whenReady(next);
  if (failure !== undefined) {
    next.close();
    throw new Error(`The checkpoint cannot be loaded, and the run before it stays. The reason: ${failure}`);
  }
  session.value.close();
  show(one, () => next, saved);
}

function show(one: Experiment, open: () => Session, saved?: Saved): void {
  if (one.family !== experiment.value.family) layers.value = defaultLayers(one.family);
  isMoved.value = saved?.isMoved ?? false;
  experiment.value = one;
  session.value = open();
}

if (beginning.saved !== undefined) {
  void whenReady(session.value).then((failure) => {
    if (failure === undefined) return;
    begin(experiment.value);
    notice.value = `The run that this browser had kept cannot be loaded, so it begins anew. The reason: ${failure}`;
  });
}

/** Changes a setting: at once if it may change during a run, else in a new run. */
export function change(name: FieldName, value: string | number): void {
  const next = { ...experiment.value, [name]: value } as Experiment;
  if (name === 'family') return begin(withFamily(experiment.value, value as Family));
  if (!isLive(name)) return begin(next);
  experiment.value = next;
  if (session.value.snapshot.value.step > 0 && isOfTraining(name)) isMoved.value = true;
  session.value.turn(liveOf(next), isMoved.value);
}

/** What changes the samples alone leaves the losses as they are. */
const isOfTraining = (name: FieldName): boolean => name !== 'calls' && name !== 'sampler';

/** Goes back to the weights of the start. */
export const rewind = (): void => begin(experiment.value);

/** Begins a run with other chance. */
export function newSeed(): void {
  begin({ ...experiment.value, seed: (experiment.value.seed + 1) % 1_000_000 });
}

/** Takes points of the user's own as data. */
export function takePoints(data: 'drawn' | 'csv', points: readonly Point[]): void {
  begin({ ...experiment.value, data, points });
}

function defaultLayers(family: Family): string[] {
  return layersOf(family)
    .filter(({ isShown }) => isShown)
    .map(({ name }) => name);
}
