// What the page knows, and what its controls do.
import { computed, effect, signal } from '@preact/signals-core';
import { liveOf, withFamily, type Experiment } from '../experiment/experiment.js';
import { isLive, type Family, type FieldName } from '../experiment/fields.js';
import { readLink, writeLink } from '../experiment/link.js';
import type { Point } from '../experiment/points.js';
import { viewsOf } from '../views/index.js';
import { layersOf } from '../views/plane-layers.js';
import type { Saved } from '../training/messages.js';
import { openSession, type Session } from './session.js';

const linked = readLink(location.hash);

/** The experiment that is shown. */
export const experiment = signal<Experiment>(linked.experiment);
/** Controls that the link hides. */
export const hidden = signal(linked.hidden);
/** A sentence for the reader: what was wrong, and what to do. */
export const notice = signal(linked.complaint);
/** The noise level that is shown. */
export const noise = signal(0.5);
/** The layers of the plane that are shown, by name. */
export const layers = signal<readonly string[]>(defaultLayers(linked.experiment.family));
/** Whether a control was moved after the first update, so that the program no longer gives the same losses. */
export const isMoved = signal(false);

const watched = computed(() => ({
  views: [...layers.value, ...viewsOf(experiment.value).flatMap(({ arrays }) => arrays)],
  look: { noise: noise.value },
}));

export const session = signal<Session>(openSession(experiment.value, watched.value));

effect(() => session.value.watch(watched.value));
effect(() => {
  const { experiment: one } = { experiment: experiment.value };
  history.replaceState(null, '', writeLink(one, hidden.value));
});
addEventListener('hashchange', () => {
  const { experiment: one, hidden: names, complaint } = readLink(location.hash);
  notice.value = complaint;
  hidden.value = names;
  begin(one);
});

/** Begins an experiment anew, from its first update. */
export function begin(one: Experiment, saved?: Saved): void {
  const isOther = one.family !== experiment.value.family;
  if (isOther) layers.value = defaultLayers(one.family);
  session.value.close();
  isMoved.value = saved?.isMoved ?? false;
  experiment.value = one;
  session.value = openSession(one, watched.value, saved);
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
