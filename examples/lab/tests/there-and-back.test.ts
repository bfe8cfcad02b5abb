import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readCheckpoint } from '../files/read-checkpoint.js';
import { WORD_FILE } from '../program/words.js';
import { writeProgram } from '../program/write-program.js';
import { runNode, write } from '../../../tests/package/consumer.js';
import { experiments, open } from './open-experiment.js';

test.each(experiments)('%s goes from the lab to the written program and back', async (name, experiment) => {
  const lab = await open(experiment);
  await lab.run.start({ steps: 30 });
  const file = write(`lab/there-and-back/${name.replaceAll(' ', '-')}.mjs`, '');
  const [there, back] = ['there', 'back'].map((way) => join(dirname(file), `${name}-${way}.safetensors`));
  writeFileSync(there!, await lab.checkpoint());
  copyFileSync('examples/lab/data/words.txt', join(dirname(file), WORD_FILE));
  const { history } = await lab.run.start();
  const loss = experiment.family === 'gan' ? 'generatorLoss' : 'loss';

  const isPlateau = experiment.until === 'plateau' ? ', observers' : '';
  const program = writeProgram(experiment)
    .replace('steps: 60', 'steps: 20')
    .replace(
      'for await',
      `import { loadCheckpoint, saveCheckpoint } from 'tfjs-generative';
import { loadFile, saveFile } from 'tfjs-generative/node';
const saved = await loadFile(${JSON.stringify(there)});
await loadCheckpoint(trainer, saved, { data: source${isPlateau} });
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
  for (const { dispose } of [lab, again]) await dispose();
});
