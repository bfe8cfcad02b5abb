import { countParameters, createRandom, loadCheckpoint, saveCheckpoint } from 'tfjs-generative';
import { saveModel } from 'tfjs-generative/model';
import { createRun, epochRules, stopEarly, type Run, type RunChannel } from 'tfjs-generative/run';
import { liveOf, type Experiment } from '../experiment/experiment.js';
import { isOfPictures, type PictureSet, type Pictures } from '../experiment/pictures.js';
import type { Order, Report, Settings, Wish } from './messages.js';
import { openPoints } from './open-points.js';
import { createPainter } from './painter.js';
import { openPictures } from './pictures/open-pictures.js';
import { measureQuality } from './quality.js';
import { reportEvery } from './report-every.js';

/** Loads the pictures of an experiment. */
export type LoadPictures = (set: PictureSet) => Promise<Pictures>;

/** A run, and the end of all that it needs. */
export interface OpenRun extends Run {
  dispose(): Promise<void>;
}

/** Makes the run of an experiment on the backend in use, and carries out the page's orders. */
export async function openRun(
  settings: Settings,
  { post, onMessage }: RunChannel,
  load: LoadPictures,
): Promise<OpenRun> {
  const { experiment, checkpoint, session } = settings;
  let { watched } = settings;
  let live = liveOf(experiment);
  const tell = (news: Report, transfer: readonly object[] = []): void => post({ ...news, session }, transfer);

  const random = createRandom(experiment.seed);
  const lesson = { experiment, live: () => live, random };
  const { data, pictures } = experiment;
  const opened = isOfPictures(data) ? openPictures(lesson, pictures ?? (await load(data))) : await openPoints(lesson);
  const { learner, source, measure } = opened;
  const { trainer } = learner;
  const rules = epochRules([
    stopEarly({ metric: lossOf(experiment), goal: 'min', patience: 20, minRelativeChange: 0.01 }),
  ]);
  const endsAtPlateau = experiment.until === 'plateau' ? { rules } : {};
  if (checkpoint !== undefined) {
    await loadCheckpoint(trainer, checkpoint, { data: source, ...endsAtPlateau }).catch((error: unknown) => {
      opened.dispose();
      throw error;
    });
  }

  const painter = createPainter(
    learner,
    () => watched,
    () => live,
    (frame) =>
      tell(
        { kind: 'frame', frame },
        [...Object.values(frame.arrays), ...Object.values(frame.pictures)].map(({ buffer }) => buffer),
      ),
  );
  const stepsBefore = trainer.steps ?? 0;
  let measured = isOfPictures(data) ? performance.now() : -Infinity;
  const look = async (step: number): Promise<void> => {
    await painter.paint(step);
    if (performance.now() - measured < opened.measureEvery) return;
    tell({ kind: 'measures', measures: await measure(step, live) });
    measured = performance.now();
  };
  const run = createRun(trainer, source, {
    steps: Math.max(1, experiment.steps - stepsBefore),
    reportEvery: reportEvery(experiment),
    onReport: () => look(trainer.steps ?? 0),
    stopOn: () => experiment.until === 'verdict',
    ...endsAtPlateau,
  });

  /** While the run rests, what the page asks to see is computed at once; else by the next report. */
  let painting: Promise<unknown> = Promise.resolve();
  let isAwaited = false;
  const show = (): void => {
    if (isAwaited || run.snapshot().status === 'running') return;
    // one picture of what is asked for by then, not one for each move of a slider
    isAwaited = true;
    const repaint = (): Promise<void> => {
      isAwaited = false;
      return painter.repaint(trainer.steps ?? 0);
    };
    painting = painting.then(repaint).catch(() => undefined);
  };
  const makers: Readonly<Record<Wish, () => Promise<Uint8Array<ArrayBuffer>>>> = {
    model: () => saveModel(learner.model),
    checkpoint: () =>
      saveCheckpoint(trainer, { data: source, metadata: { experiment: plainOf(experiment) }, ...endsAtPlateau }),
    quality: () => measureQuality(experiment, learner, live, random.fork('quality')),
  };
  onMessage((order: Order) => {
    if (order.kind === 'watch') watched = order.watched;
    else if (order.kind === 'live') live = order.live;
    else {
      const { ask } = order;
      makers[order.what]().then(
        (bytes) => tell({ kind: 'answer', ask, bytes }, [bytes.buffer]),
        (error: unknown) => tell({ kind: 'answer', ask, error: String((error as Error).message) }),
      );
      return;
    }
    show();
  });

  tell({ kind: 'ready', ...opened.shown, parameters: countParameters(...Object.values(learner.model)) });
  await painter.repaint(stepsBefore);
  return {
    ...run,
    dispose: async () => {
      await painting;
      opened.dispose();
    },
  };
}

const lossOf = ({ family }: Experiment): string => (family === 'gan' ? 'generatorLoss' : 'loss');

/** An experiment as JSON has it, without what is undefined, and without pictures. */
const plainOf = (experiment: Experiment) =>
  JSON.parse(JSON.stringify({ ...experiment, pictures: undefined })) as Record<string, string | number>;
