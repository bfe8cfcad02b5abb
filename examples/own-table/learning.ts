// Learning: the run in the worker, its buttons, and the charts of what it has learned.
import { connectRun, createPace, type RemoteRun, type RunSnapshot } from 'tfjs-generative/run';
import type { Row } from 'tfjs-generative/tables';
import { drawCharts } from './charts.js';
import { button, find, textTable } from './dom.js';
import type { Answer, Choice, Request } from './worker.js';

/** Updates for each press of a button: so many passes over the rows, in batches of 256, because too many teach the model its rows by heart. */
const updatesFor = (rows: number): number => Math.min(3000, Math.max(500, Math.round((100 * rows) / 256)));

/** Before there is a run. */
const NONE: RunSnapshot<'loss'> = { status: 'idle', step: 0, totalSteps: 0, epoch: 0, seconds: 0, history: [] };

/** What the rest of the page does with a run. */
export interface Learning {
  /** Another table, or other columns: what was learned no longer fits them. */
  change(choice: Choice | undefined, rows?: number): void;
  post(request: Request): void;
}

/** Connects the buttons to the worker; `onAnswer` gets what is not drawn here, and `onRest` whether rows can be made. */
export function createLearning(onAnswer: (answer: Answer) => void, onRest: (canMake: boolean) => void): Learning {
  const worker = new Worker(new URL('worker.ts', import.meta.url), { type: 'module' });
  worker.onerror = ({ message }) => {
    find('#read').textContent = `This page cannot train here, because its worker does not start: ${message}`;
  };
  let run: RemoteRun<'loss'> | undefined;
  let choice: Choice | undefined;
  /** Whether the model in the worker is one of the current choice. */
  let fits = false;
  /** Whether the worker reads the table before it learns. */
  let isReading = false;
  let updates = updatesFor(0);
  let pace = createPace({ total: updates });

  const show = (): void => {
    const { status, step, seconds, report, history, error } = run?.snapshot() ?? NONE;
    if (status === 'running' || status === 'failed') isReading = false;
    const isRunning = isReading || status === 'running';
    const hasLearned = fits && step > 0;
    const { share, rate, secondsLeft } = isReading ? { share: 0 } : pace(step, seconds);
    button('learn').disabled = isRunning || choice === undefined;
    button('learn').textContent = hasLearned ? 'Continue' : 'Learn';
    button('stop').disabled = status !== 'running';
    button('again').disabled = isRunning || !hasLearned;
    find('#progress').hidden = !isRunning;
    find<HTMLProgressElement>('#progress').value = share;
    const [first, last] = [history[0], report].map((one) => one?.metrics.loss.toFixed(3));
    const parts = [
      `${step.toLocaleString('en')} updates`,
      first && `loss ${last} (at first ${first})`,
      status === 'running' && rate && `${rate.toFixed(0)} updates per second`,
      status === 'running' && secondsLeft && `${Math.ceil(secondsLeft)} s left`,
      error?.message,
    ];
    find('#status').textContent = isReading ? 'reading the table' : fits ? parts.filter(Boolean).join(', ') : '';
    onRest(hasLearned && !isRunning && error === undefined);
  };

  const receive = (answer: Answer): void => {
    if (!('bars' in answer)) return onAnswer(answer);
    if (!fits) return;
    find('#learned').hidden = false;
    drawCharts(find('#charts'), answer);
    const head = Object.keys(answer.real[0]!);
    const texts = (rows: readonly Row[]) =>
      rows.map((row) =>
        head.map((name) => (row[name] instanceof Date ? row[name].toISOString() : String(row[name] ?? ''))),
      );
    const groups = { 'Some real rows': texts(answer.real), 'Some rows that the model makes': texts(answer.rows) };
    find('#examples').replaceChildren(textTable(head, groups));
  };

  const start = async (): Promise<void> => {
    const isNew = !fits;
    find<HTMLDetailsElement>('#columns').open = false;
    [fits, isReading] = [true, isNew];
    pace = createPace({ total: updates + (isNew ? 0 : run!.snapshot().step) });
    show();
    if (run === undefined) {
      run = connectRun<'loss'>(worker, { settings: choice, onMessage: receive });
      run.subscribe(show);
    } else if (isNew) await run.remake(choice).catch(() => undefined);
    // the reason for a failure is in the run's snapshot
    await run.start({ steps: updates }).catch(() => undefined);
    isReading = false;
    show();
  };

  button('learn').onclick = () => void start();
  button('stop').onclick = () => void run!.stop();
  button('again').onclick = () => {
    fits = false;
    void start();
  };
  return {
    change(other, rows = 0) {
      [choice, fits, updates] = [other, false, updatesFor(rows)];
      void run?.stop();
      find('#learned').hidden = true;
      show();
    },
    post: (request) => run?.post(request),
  };
}
