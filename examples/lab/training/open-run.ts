import { countParameters, createRandom, loadCheckpoint, saveCheckpoint } from 'tfjs-generative';
import { createRun, stopEarly, stopOn, type Run, type RunChannel } from 'tfjs-generative/run';
import { liveOf, type Experiment } from '../experiment/experiment.js';
import { isOfScale } from '../experiment/judge-measures.js';
import { isOfPictures, type PictureSet, type Pictures } from '../experiment/pictures.js';
import { createContinued } from './continued.js';
import { inTurn } from './in-turn.js';
import type { Lesson } from './learner.js';
import type { Opened } from './opened.js';
import type { Order, Report, Settings, Wish } from './messages.js';
import { createPainter, type Samples } from './painter.js';
import { measureQuality } from './points/quality.js';
import { reportEvery } from './report-every.js';
import { savedMetadata } from './saved-metadata.js';

/** Loads the pictures of an experiment. */
export type LoadPictures = (set: PictureSet) => Promise<Pictures>;

/** A run, and the end of all that it needs. */
export interface OpenRun extends Run {
  dispose(): Promise<void>;
}

/** Receives the durations of updates, and describes its findings. */
export interface Timing {
  /** The time in milliseconds, by which frames and measures are due; by default that of the machine. */
  readonly now?: () => number;
  /** Called after each report with the updates since the one before, and the milliseconds that they took. */
  readonly timed?: (updates: number, milliseconds: number) => Promise<void>;
  /** What is known about threads, in a sentence. */
  readonly threads?: () => string | undefined;
}

/** Makes the run of an experiment on the backend in use, and carries out the page's orders. */
export async function openRun(
  settings: Settings,
  { post, onMessage }: RunChannel,
  load: LoadPictures,
  { now = () => performance.now(), timed, threads }: Timing = {},
): Promise<OpenRun> {
  const { experiment, saved, session } = settings;
  let { watched } = settings;
  let isMoved = saved?.isMoved ?? false;
  let live = liveOf(experiment);
  const send = (news: Report, transfer: readonly object[] = []): void => post({ ...news, session }, transfer);

  const random = createRandom(experiment.seed);
  const lesson = { experiment, live: () => live, random };
  const { data, pictures } = experiment;
  const opened = await begin(lesson, () => (isOfPictures(data) ? (pictures ?? load(data)) : undefined));
  const { learner, source, measure, measureEvery = Infinity } = opened;
  const { trainer } = learner;
  const ends = {
    plateau: () => [stopEarly({ metric: lossOf(experiment), goal: 'min', patience: 20, minRelativeChange: 0.01 })],
    verdict: () => [stopOn((verdict) => !isOfScale(verdict, data))],
  };
  const observers = Object.hasOwn(ends, experiment.until) ? ends[experiment.until as keyof typeof ends]() : [];
  if (saved !== undefined) {
    await loadCheckpoint(trainer, saved.checkpoint, { data: source, observers }).catch((error: unknown) => {
      opened.dispose();
      throw error;
    });
  }

  const stepsBefore = trainer.steps ?? 0;
  /** The updates before the last frame; none is drawn at first. */
  let drawn = -1;
  const painter = createPainter(
    learner,
    () => watched,
    () => live,
    (frame) => {
      drawn = frame.step;
      const arrays = [...Object.values(frame.arrays), ...Object.values(frame.pictures)];
      send(
        { kind: 'frame', frame },
        arrays.map(({ buffer }) => buffer),
      );
    },
    now,
  );
  /** When samples were last measured, and after which update. */
  let measured = isOfPictures(data) ? now() : -Infinity;
  let measuredAt = 0;
  const measureAt = async (step: number, samples: Samples, signal: AbortSignal): Promise<void> => {
    // samples of one class are not like the data as a whole
    if (measure !== undefined && live.shown === 0)
      send({ kind: 'measures', measures: await measure(step, samples, signal) });
    [measured, measuredAt] = [now(), step];
  };
  const look = (step: number, signal: AbortSignal): Promise<void> =>
    painter.paint(step, signal, async (samples) => {
      if (now() - measured >= measureEvery) await measureAt(step, samples, signal);
    });
  const every = reportEvery(experiment);
  let resumed = Infinity;
  let toldThreads: string | undefined;
  const tellThreads = (): void => {
    const text = threads?.();
    if (text === toldThreads) return;
    toldThreads = text;
    if (text !== undefined) send({ kind: 'threads', text });
  };
  const makeRun = (steps: number): Run =>
    createRun(trainer, source, {
      steps: Math.max(1, steps),
      reportEvery: every,
      // a stop does not wait for a frame: what the last update has made is seen afterwards
      onReport: async ({ step }, signal) => {
        if (step % every === 0) await timed?.(every, performance.now() - resumed);
        tellThreads();
        await look(trainer.steps ?? 0, signal);
        resumed = performance.now();
      },
      observers,
    });
  const left = experiment.steps - stepsBefore;
  const untilReport = (every - (stepsBefore % every)) % every;
  const run =
    untilReport > 0 && untilReport < left ? inTurn(makeRun(untilReport), makeRun(left - untilReport)) : makeRun(left);

  /** While the run rests, what the page asks to see is computed at once; else by the next report. */
  let painting: Promise<unknown> = Promise.resolve();
  /** Aborted when the run goes on or ends: neither waits for a picture. */
  let rest = new AbortController();
  let isAwaited = false;
  const show = (): void => {
    if (isAwaited || run.snapshot().status === 'running') return;
    // one picture of the last request, not one for each move of a slider
    isAwaited = true;
    const repaint = (): Promise<void> => {
      isAwaited = false;
      const step = trainer.steps ?? 0;
      const measureNow = (samples: Samples, signal: AbortSignal): Promise<void> => measureAt(step, samples, signal);
      return painter.repaint(step, rest.signal, step === measuredAt ? undefined : measureNow);
    };
    painting = painting.then(repaint).catch(() => undefined);
  };
  run.subscribe(({ status }) => {
    if (status === 'running') return rest.abort();
    if (rest.signal.aborted) rest = new AbortController();
    // a rest is no time of training
    resumed = Infinity;
    // the last update is seen and measured, whenever the last frame was
    const isSeen = drawn === trainer.steps && measuredAt === drawn;
    if ((status === 'stopped' || status === 'finished') && !isSeen) show();
  });
  const continued = createContinued(saved?.history ?? [], stepsBefore);
  const makers: Readonly<Record<Wish, () => Promise<Uint8Array<ArrayBuffer>>>> = {
    model: async () => (await import('tfjs-generative/model')).saveModel(learner.model),
    checkpoint: () => {
      const { history } = continued(run.snapshot());
      const metadata = savedMetadata({ experiment: { ...experiment, ...live, pictures: undefined }, isMoved, history });
      return saveCheckpoint(trainer, { data: source, metadata, observers });
    },
    quality: () => measureQuality(experiment, learner, live, random.fork('quality')),
  };
  onMessage((order: Order) => {
    if (order.kind === 'watch') {
      // the page says it again when a run begins
      if (JSON.stringify(order.watched) === JSON.stringify(watched)) return;
      watched = order.watched;
    } else if (order.kind === 'live') ({ live, isMoved } = order);
    else {
      const { ask } = order;
      makers[order.what]().then(
        (bytes) => send({ kind: 'answer', ask, bytes }, [bytes.buffer]),
        (error: unknown) => send({ kind: 'answer', ask, error: String((error as Error).message) }),
      );
      return;
    }
    show();
  });

  send({ kind: 'ready', ...opened.shown, parameters: countParameters(...Object.values(learner.model)) });
  tellThreads();
  // the run is made before its first picture, and can be started or ended meanwhile
  show();
  return {
    ...run,
    dispose: async () => {
      rest.abort();
      await painting;
      opened.dispose();
    },
  };
}

/** Begins to learn; what one kind of data needs is not loaded for another. */
async function begin(lesson: Lesson, pictures: () => Pictures | Promise<Pictures> | undefined): Promise<Opened> {
  if (lesson.experiment.data === 'words') return (await import('./words/open-words.js')).openWords(lesson);
  const given = await pictures();
  if (given === undefined) return (await import('./points/open-points.js')).openPoints(lesson);
  return (await import('./pictures/open-pictures.js')).openPictures(lesson, given);
}

const lossOf = ({ family }: Experiment): string => (family === 'gan' ? 'generatorLoss' : 'loss');
