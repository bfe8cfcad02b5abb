import { describeCheckpoint } from 'tfjs-generative';
import { expect, test } from 'vitest';
import { readCheckpoint } from '../files/read-checkpoint.js';
import { experiments, of, open } from './open-experiment.js';

test.each(experiments)('%s goes on from its checkpoint as if it had not been stopped', async (_, experiment) => {
  const whole = await open(experiment);
  const { history } = await whole.run.start();
  const first = await open(experiment);
  await first.run.start({ steps: 30 });
  const saved = readCheckpoint(await first.checkpoint());
  expect(saved).toMatchObject({ steps: 30, experiment, isMoved: false });

  const second = await open(saved.experiment!, saved);
  expect((await second.run.start()).history.map(({ metrics }) => metrics)).toEqual(
    history.slice(3).map(({ metrics }) => metrics),
  );
  const end = readCheckpoint(await second.checkpoint());
  expect(end.history.map(({ step, metrics }) => ({ step, metrics }))).toEqual(
    history.map(({ step, metrics }) => ({ step, metrics })),
  );
  for (const { dispose } of [whole, first, second]) await dispose();
});

test('a run that was saved between two reports makes the later ones where they are without the break', async () => {
  const experiment = of('vae', { steps: 50 });
  const whole = await open(experiment);
  const { history } = await whole.run.start();
  const first = await open(experiment);
  await first.run.start({ steps: 17 });
  const saved = readCheckpoint(await first.checkpoint());

  const second = await open(saved.experiment!, saved);
  const statuses: string[] = [];
  second.run.subscribe(({ status, totalSteps }) => statuses.push(`${status} ${totalSteps}`));
  expect((await second.run.start({ steps: 1 })).status).toBe('stopped');
  expect((await second.run.start({ steps: 5 })).totalSteps).toBe(23);
  expect((await second.run.start()).status).toBe('finished');
  expect(statuses.filter((one, i) => one.split(' ')[0] !== statuses[i - 1]?.split(' ')[0])).toEqual([
    'idle 17',
    'running 17',
    'stopped 18',
    'running 18',
    'stopped 23',
    'running 23',
    'finished 50',
  ]);
  const end = readCheckpoint(await second.checkpoint()).history;
  expect(end.map(({ step }) => step)).toEqual([10, 17, 18, 20, 23, 30, 40, 50]);
  for (const { step, metrics } of history.filter((report) => report.step > 30 || report.step === 10)) {
    expect(end.find((report) => report.step === step)!.metrics).toEqual(metrics);
  }
  for (const { dispose } of [whole, first, second]) await dispose();
});

test('a checkpoint has the values that controls have now, in its experiment and its description', async () => {
  const experiment = of('vae');
  const { run, order, checkpoint, dispose } = await open(experiment);
  await run.start({ steps: 10 });
  order({ kind: 'live', live: { ...experiment, beta: 3, rate: 1e-4 }, isMoved: true });
  const bytes = await checkpoint();
  const { metadata, run: settings } = describeCheckpoint(bytes);
  expect(metadata).toMatchObject({ experiment: { beta: 3, rate: 1e-4 }, isMoved: true });
  expect(settings).toMatchObject({ objective: { beta: 3 }, optimizer: { learningRate: 1e-4 } });
  expect(readCheckpoint(bytes)).toMatchObject({ experiment: { ...experiment, beta: 3, rate: 1e-4 }, isMoved: true });
  await dispose();
});
