// What the page knows, and what its controls do.
import { computed, effect, signal } from '@preact/signals-core';
import { cureOf } from '../experiment/cures.js';
import { liveOf, withData, withFamily, type Experiment } from '../experiment/experiment.js';
import { isLive, type DataName, type Family, type FieldName } from '../experiment/fields.js';
import { readLink, writeLink } from '../experiment/link.js';
import { firstLook, type Look } from '../experiment/look.js';
import { kindOf, type Pictures } from '../experiment/pictures.js';
import type { Point } from '../experiment/points.js';
import { experimentOf, stories } from '../stories/index.js';
import { firstOpen, viewsOf } from '../views/index.js';
import { layersOf } from '../views/plane-layers.js';
import type { Seen } from '../views/view.js';
import { openSession, type Session } from './session.js';

/** Updates before which a GAN is not blamed for clouds without samples. */
const SETTLED = 400;

const linked = readLink(location.hash);

/** The experiment that is shown. */
export const experiment = signal<Experiment>(linked.experiment);
/** Controls that the link hides. */
export const hidden = signal(linked.hidden);
/** The number of the story that is told, from 1. */
export const story = signal(linked.place.story);
/** Whether the panel of stories is shown: at first to whom no link has led to an experiment. */
export const isTelling = signal(linked.place.story !== undefined || location.hash === '');
/** Whether the families are side by side. */
export const isBeside = signal(linked.place.isBeside === true);
/** A sentence for the reader: what was wrong, and what to do. */
export const notice = signal(linked.complaint);
/** The noise level that is shown. */
export const noise = signal(0.5);
/** The layers of the plane that are shown, by name. */
export const layers = signal<readonly string[]>(layersFor(linked.experiment.family, linked.place.story));
/** Whether a control was moved after the first update, or one player updated alone, so that the program no longer gives the same losses. */
export const isMoved = signal(false);

/** What is looked at, beside the noise level. */
const place = signal(firstLook);
export const look = computed<Look>(() => ({ ...place.value, noise: noise.value }));
/** The names of the views that are open. */
export const opened = signal(openFor(linked.place.story));

const watched = computed(() => ({
  views: [
    ...(kindOf(experiment.value.data) === 'points' ? layers.value : []),
    ...viewsOf(experiment.value)
      .filter(({ name }) => opened.value.includes(name))
      .flatMap(({ arrays }) => arrays),
  ],
  look: look.value,
}));

export const session = signal<Session>(openSession(experiment.value, watched.value));

effect(() => session.value.watch(watched.value));
effect(() => {
  const where = { story: story.value, isBeside: isBeside.value };
  history.replaceState(null, '', writeLink(experiment.value, hidden.value, where));
});
addEventListener('hashchange', () => {
  const { experiment: one, hidden: names, place: where, complaint } = readLink(location.hash);
  notice.value = complaint;
  hidden.value = names;
  story.value = where.story;
  if (where.story !== undefined) isTelling.value = true;
  setBeside(where.isBeside === true);
  begin(one);
  opened.value = openFor(where.story);
  layers.value = layersFor(one.family, where.story);
});

/** Shows the families side by side, or one of them. */
export function setBeside(is: boolean): void {
  isBeside.value = is;
}

/** Tells a story, by its number from 1, with its experiment; or none. */
export function tell(number: number | undefined): void {
  const next = number === undefined ? undefined : stories[number - 1];
  story.value = number;
  isTelling.value = next !== undefined;
  if (next === undefined) return;
  setBeside(next.isBeside === true);
  begin(experimentOf(next));
  opened.value = openFor(number);
  layers.value = layersFor(next.experiment.family, number);
}

/** What there is to be drawn now, or undefined while there is nothing yet. */
export function seen(): Seen | undefined {
  const { frame, data, pictures, snapshot } = session.value;
  if (frame.value === undefined || data.value === undefined) return undefined;
  const { metrics } = snapshot.value.report ?? {};
  return {
    experiment: experiment.value,
    frame: frame.value,
    data: data.value,
    pictures: pictures.value,
    look: look.value,
    metrics,
  };
}

/** What is wrong with the run, by the library and by the lab's measures. */
export const verdicts = computed<readonly { readonly kind: string; readonly message: string }[]>(() => {
  const { snapshot, measures } = session.value;
  const found = snapshot.value.report?.verdicts ?? [];
  const last = measures.value.at(-1);
  if (last?.modes === undefined || experiment.value.family !== 'gan' || last.step < SETTLED) return found;
  const isLeftOut = 2 * last.modes.covered <= last.modes.all && !found.some(({ kind }) => kind === 'mode collapse');
  const { covered, all } = last.modes;
  const message = `After ${last.step} updates the samples are in ${covered} of ${all} clouds.`;
  return isLeftOut ? [...found, { kind: 'clouds left out', message }] : found;
});

/** The controls that mend what is wrong. */
export const advised = computed<readonly FieldName[]>(() =>
  verdicts.value.flatMap(({ kind }) => cureOf(kind, experiment.value)?.moves.map(({ control }) => control) ?? []),
);

/** Scrolls to a control, and lights it up. */
export function pointAt(name: FieldName): void {
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

/** Begins an experiment anew, from its first update. */
export function begin(one: Experiment, checkpoint?: Uint8Array): void {
  const isOther = one.family !== experiment.value.family;
  if (isOther) layers.value = layersFor(one.family, story.value);
  isMoved.value = false;
  experiment.value = one;
  session.value = session.value.next(one, watched.value, checkpoint);
}

/** Changes several settings: at once if all of them may change during a run, else in a new run. */
export function changeTo(changes: Partial<Experiment>): void {
  const names = Object.keys(changes) as FieldName[];
  if (names.every(isLive)) names.forEach((name) => change(name, changes[name]!));
  else begin({ ...experiment.value, ...changes });
}

/** Changes a setting: at once if it may change during a run, else in a new run. */
export function change(name: FieldName, value: string | number): void {
  const next = { ...experiment.value, [name]: value } as Experiment;
  if (name === 'family') return begin(withFamily(experiment.value, value as Family));
  if (name === 'data') return begin(withData(experiment.value, value as DataName));
  if (!isLive(name)) return begin(next);
  experiment.value = next;
  session.value.turn(liveOf(next));
  if (session.value.snapshot.value.step > 0 && isOfTraining(name)) isMoved.value = true;
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

/** Takes pictures of the user's own as data. */
export function takePictures(pictures: Pictures): void {
  begin({ ...withData(experiment.value, 'own'), pictures });
}

/** The views that are open in a story, or at first. */
function openFor(number: number | undefined): readonly string[] {
  const told = number === undefined ? undefined : stories[number - 1];
  return [...firstOpen, ...(told?.opens ?? [])];
}

/** The layers that a story shows, or those of a family. */
function layersFor(family: Family, number: number | undefined): readonly string[] {
  const told = number === undefined ? undefined : stories[number - 1];
  return (told?.experiment.family === family ? told.layers : undefined) ?? defaultLayers(family);
}

function defaultLayers(family: Family): string[] {
  return layersOf(family)
    .filter(({ isShown }) => isShown)
    .map(({ name }) => name);
}
