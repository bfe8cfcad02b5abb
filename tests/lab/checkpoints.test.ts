import { writeFileSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { checkpointMetadata, describeCheckpoint } from 'tfjs-generative';
import { defaultsOf, type Experiment } from '../../examples/lab/experiment/experiment.js';
import type { Family } from '../../examples/lab/experiment/fields.js';
import { readCheckpoint } from '../../examples/lab/files/read-checkpoint.js';
import { writeProgram } from '../../examples/lab/program/write-program.js';
import type { News, Order, Saved } from '../../examples/lab/training/messages.js';
import { openRun } from '../../examples/lab/training/open-run.js';
import { runNode, write } from '../package/consumer.js';

const of = (family: Family, changes: Partial<Experiment> = {}): Experiment => ({
  ...defaultsOf(family),
  steps: 60,
  ...changes,
});

/** A run as the lab's worker has it. */
async function open(experiment: Experiment, saved?: Saved) {
  let order!: (one: Order) => void;
  let answer!: (news: News) => void;
  const { run, dispose } = await openRun(
    { experiment, watched: { views: [], look: { noise: 0.5 } }, saved },
    {
      post: (news) => {
        if ((news as News).kind === 'answer') answer(news as News);
      },
      onMessage: (listener) => (order = listener as typeof order),
    },
  );
  const checkpoint = async (): Promise<Uint8Array> => {
    const news = await new Promise<News>((resolve) => {
      answer = resolve;
      order({ kind: 'ask', ask: 1, what: 'checkpoint' });
    });
    if (news.kind !== 'answer' || news.bytes === undefined) throw new Error(JSON.stringify(news));
    return news.bytes;
  };
  return { run, dispose, checkpoint, order: (one: Order) => order(one) };
}

const experiments: readonly [string, Experiment][] = [
  ['a VAE', of('vae', { beta: 2 })],
  ['a GAN', of('gan', { data: 'ring' })],
  ['diffusion', of('diffusion', { until: 'plateau' })],
];

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
  [whole, first, second].forEach(({ dispose }) => dispose());
});

test.each(experiments)('%s goes from the lab to the written program and back', async (name, experiment) => {
  const lab = await open(experiment);
  await lab.run.start({ steps: 30 });
  const file = write(`lab/there-and-back/${name.replaceAll(' ', '-')}.mjs`, '');
  const [there, back] = ['there', 'back'].map((way) => join(dirname(file), `${name}-${way}.safetensors`));
  writeFileSync(there!, await lab.checkpoint());
  const { history } = await lab.run.start();
  const loss = experiment.family === 'gan' ? 'generatorLoss' : 'loss';

  const isPlateau = experiment.until === 'plateau' ? ', rules' : '';
  const program = writeProgram(experiment)
    .replace('steps: 60', 'steps: 20')
    .replace(
      'for await',
      `import { checkpointMetadata, loadCheckpoint, saveCheckpoint } from 'tfjs-generative';
import { loadFile, saveFile } from 'tfjs-generative/node';
const bytes = await loadFile(${JSON.stringify(there)});
await loadCheckpoint(trainer, bytes, { data: source${isPlateau} });
for await`,
    )
    .concat(`await saveFile(${JSON.stringify(back)}, await saveCheckpoint(trainer, { data: source${isPlateau} }));`)
    .replace(/if \(step % \d+ === 0\) console.log\(.*\);/, `console.log('loss', metrics.${loss});`);
  const printed = await runNode(write(`lab/there-and-back/${name.replaceAll(' ', '-')}.mjs`, program));
  const losses = [...printed.matchAll(/^loss (.*)$/gm)].map(([, number]) => Number(number));
  expect(losses).toEqual(history.slice(3, 5).map(({ metrics }) => metrics[loss]));

  const returned = readCheckpoint(readFileSync(back!));
  expect(returned).toMatchObject({ steps: 50, experiment: undefined });
  const again = await open(experiment, returned);
  expect((await again.run.start()).report!.metrics).toEqual(history.at(-1)!.metrics);
  [lab, again].forEach(({ dispose }) => dispose());
});

test('a checkpoint has the values that controls have now, in its experiment and its description', async () => {
  const experiment = of('vae');
  const { run, order, checkpoint, dispose } = await open(experiment);
  await run.start({ steps: 10 });
  order({ kind: 'live', live: { ...experiment, beta: 3, rate: 1e-4 }, isMoved: true });
  const bytes = await checkpoint();
  expect(checkpointMetadata(bytes)).toMatchObject({ experiment: { beta: 3, rate: 1e-4 }, isMoved: true });
  expect(describeCheckpoint(bytes)!.run).toMatchObject({ objective: { beta: 3 }, optimizer: { learningRate: 1e-4 } });
  expect(readCheckpoint(bytes)).toMatchObject({ experiment: { ...experiment, beta: 3, rate: 1e-4 }, isMoved: true });
  dispose();
});
