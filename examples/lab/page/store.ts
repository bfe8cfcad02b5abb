// What the page knows. What its controls do is in `acts.ts`.
import { computed, signal } from '@preact/signals-core';
import { classCountOf } from '../experiment/classes.js';
import { cureOf } from '../experiment/cures.js';
import type { Experiment } from '../experiment/experiment.js';
import type { Family, FieldName } from '../experiment/fields.js';
import { withMeasures, type Verdict } from '../experiment/judge-measures.js';
import { firstLook, type Look } from '../experiment/look.js';
import { kindOf } from '../experiment/pictures.js';
import { stories } from '../stories/index.js';
import { coverageIn } from '../views/clouds.js';
import { firstOpen, viewsOf } from '../views/index.js';
import { layersOf } from '../views/plane-layers.js';
import type { Seen } from '../views/view.js';
import { embeddedView, readBeginning } from './beginning.js';
import type { Frame } from '../training/messages.js';
import { openSession, type Session } from './session.js';

/** With what the page began. */
export const beginning = await readBeginning();

/** The experiment that is shown. */
export const experiment = signal<Experiment>(beginning.experiment);
/** Controls that the link hides. */
export const hidden = signal(beginning.hidden);
/** Whether controls can be hidden here: not where a link hides some already, except on the page that made it. */
export const mayHide = signal(beginning.mayHide);
/** The number of the open story, from 1. */
export const story = signal(beginning.place.story);
/** Whether the panel of stories is shown: at first to whom no link has led to an experiment. */
export const isStoryOpen = signal(beginning.place.story !== undefined || beginning.isBlank);
/** The page that is shown in place of the run; undefined is the run's. */
export const page = signal(beginning.place.page);
/** Whether the controls are open on a phone, where they are a sheet over the page. */
export const isSheetOpen = signal(false);
/** A model file that is looked at. */
export const openedModel = signal<{ readonly name: string; readonly bytes: Uint8Array } | undefined>(undefined);
/** A sentence for the reader: what was wrong, and what to do. */
export const notice = signal(beginning.notice);
/** The noise level that is shown. */
export const noise = signal(0.5);
/** The layers of the plane that are shown, by name. */
export const layers = signal<readonly string[]>(layersFor(beginning.experiment.family, beginning.place.story));
/** Whether a control was moved after the first update, or one player updated alone, so that the program no longer gives the same losses. */
export const isMoved = signal(beginning.saved?.isMoved ?? false);
/** The name of a run before this one that the browser keeps. */
export const lastKept = signal(beginning.other);

/** What the views show, apart from the noise level. */
export const place = signal(firstLook);
export const look = computed<Look>(() => ({ ...place.value, noise: noise.value }));
/** The names of the views that are open. */
export const opened = signal(openFor(beginning.place.story));

/** What the worker computes for the views. */
export const watched = computed(() => ({
  views: [
    ...(kindOf(experiment.value.data) === 'points' ? layers.value : []),
    ...(kindOf(experiment.value.data) === 'words'
      ? ['completions', ...(opened.value.includes('making') ? ['making'] : [])]
      : []),
    ...viewsOf(experiment.value)
      .filter(({ name }) => opened.value.includes(name))
      .flatMap(({ arrays }) => arrays),
  ],
  look: look.value,
}));

export const session = signal<Session>(openSession(experiment.value, watched.value, beginning.name, beginning.saved));

/** An earlier frame of the run, to which one has gone back; undefined follows the run. */
export const past = signal<Frame | undefined>(undefined);
/** The frame that is shown; undefined before there is one. */
export const shownFrame = computed(() => past.value ?? session.value.frame.value);

/** The last measures of the samples that are shown; undefined before there are any. */
export const shownMeasures = computed(() => {
  const { step: last = Infinity } = past.value ?? {};
  return session.value.measures.value.filter(({ step }) => step <= last).at(-1);
});

/** What there is to be drawn now, or undefined while there is nothing yet. */
export function seen(): Seen | undefined {
  const { data, pictures, snapshot } = session.value;
  const frame = shownFrame.value;
  if (frame === undefined || data.value === undefined) return undefined;
  const { report, history } = snapshot.value;
  const { metrics } = (past.value === undefined ? report : history.find(({ step }) => step >= frame.step)) ?? {};
  return {
    experiment: experiment.value,
    frame,
    data: data.value,
    pictures: pictures.value,
    look: look.value,
    metrics,
  };
}

/** How many clouds have samples in the frame that is shown; undefined if the data are not clouds, or samples of one class are shown. */
export const coverage = computed(() => {
  const { experiment: one } = session.value;
  const frame = shownFrame.value;
  const isOfOne = experiment.value.shown > 0 && classCountOf(one) !== undefined;
  return frame === undefined || isOfOne ? undefined : coverageIn({ experiment: one, frame });
});

/** What is wrong with the run, by the library and by the lab's measures. */
export const verdicts = computed<readonly Verdict[]>(() => {
  const { snapshot, measures, words } = session.value;
  return withMeasures(
    experiment.value,
    snapshot.value.report?.standing ?? [],
    measures.value,
    past.value === undefined ? coverage.value : undefined,
    { history: snapshot.value.history, entropy: words.value?.entropy },
  );
});

/** The controls that mend what is wrong. */
export const advised = computed<readonly FieldName[]>(() =>
  verdicts.value.flatMap(({ kind }) => cureOf(kind, experiment.value)?.moves.map(({ control }) => control) ?? []),
);

/** The views that are open in a story, or at first; and the one that a frame shows. */
export function openFor(number: number | undefined): readonly string[] {
  const open = number === undefined ? undefined : stories[number - 1];
  return [...firstOpen, ...(open?.opens ?? []), embeddedView];
}

/** The layers that a story shows, or those of a family. */
export function layersFor(family: Family, number: number | undefined): readonly string[] {
  const open = number === undefined ? undefined : stories[number - 1];
  return (open?.experiment.family === family ? open.layers : undefined) ?? defaultLayers(family);
}

function defaultLayers(family: Family): string[] {
  return layersOf(family)
    .filter(({ isShown }) => isShown)
    .map(({ name }) => name);
}
