// The experiment as a program of its own, which trains as the lab does.
import sets from '../data/point-sets.js?raw';
import type { Experiment } from '../experiment/experiment.js';
import { diffusionParts } from './diffusion.js';
import { ganParts } from './gan.js';
import type { ProgramParts } from './parts.js';
import { DATA, REPORT_EVERY } from '../training/sizes.js';
import { vaeParts } from './vae.js';

const partsOf: Readonly<Record<Experiment['family'], (experiment: Experiment) => ProgramParts>> = {
  vae: vaeParts,
  gan: ganParts,
  diffusion: diffusionParts,
};

/** The packages that a program needs, as one installs them. */
export const PACKAGES = 'tfjs-generative @tensorflow/tfjs @tensorflow/tfjs-backend-wasm';

/** A program that gives the same losses as the lab on WebAssembly, for a run from its start with unmoved controls. */
export function writeProgram(experiment: Experiment): string {
  const { data, seed, steps, batch, points, until } = experiment;
  const { imports, model, sampling, shown } = partsOf[experiment.family](experiment);
  const own = data === 'drawn' || data === 'csv';
  const plateau = until === 'plateau';
  const names = ['batches', 'createRandom', 'train', ...imports].sort();
  const lines = [
    `// ${title(experiment)}. Written by the lab of tfjs-generative.`,
    `// Install: npm i ${PACKAGES}`,
    `// Run: node program.mjs`,
    `import * as tf from '@tensorflow/tfjs';`,
    `import { ${names.join(', ')} } from 'tfjs-generative';`,
    ...(plateau ? [`import { epochRules, stopEarly } from 'tfjs-generative/run';`] : []),
    `import { startWasm } from 'tfjs-generative/wasm';`,
    '',
    ...(own ? [`const points = ${JSON.stringify(points)};`, ''] : []),
    textOf(data),
    '',
    `await startWasm();`,
    `const random = createRandom(${seed});`,
    `const data = ${data}(${DATA}, random.fork('data')${own ? ', points' : ''});`,
    `const source = batches(data, { batchSize: ${batch}, random: random.fork('order') });`,
    '',
    model.trim(),
    '',
    ...(plateau
      ? [
          `const metric = '${experiment.family === 'gan' ? 'generatorLoss' : 'loss'}';`,
          `const rules = epochRules([stopEarly({ metric, goal: 'min', patience: 20, minRelativeChange: 0.01 })]);`,
        ]
      : []),
    `const options = { steps: ${steps}, reportEvery: ${REPORT_EVERY}${plateau ? ', rules' : ''}${until === 'verdict' ? ', stopOn: () => true' : ''} };`,
    `for await (const { step, metrics } of train(trainer, source, options)) {`,
    `  if (step % ${printEvery(steps)} === 0) console.log(step, ${shown});`,
    `}`,
    '',
    sampling.trim(),
    `console.log(await samples.array());`,
    '',
  ];
  return lines.join('\n');
}

/** Updates between two printed lines: about ten lines in all, each at a report. */
const printEvery = (steps: number): number => REPORT_EVERY * Math.ceil(steps / (10 * REPORT_EVERY));

function title({ family, data }: Experiment): string {
  const model = { vae: 'A VAE', gan: 'A GAN', diffusion: 'A diffusion model' }[family];
  const what = {
    moons: 'two moons',
    roll: 'a swiss roll',
    ring: 'a ring of eight clouds',
    grid: 'a grid of 25 clouds',
    drawn: 'a drawing',
    csv: 'points of a file',
  }[data];
  return `${model} learns ${what}`;
}

/** The function that draws a set, with its comment, as the lab itself has it. */
function textOf(name: string): string {
  const found = new RegExp(`^/\\*\\*.*\\n^export (function ${name}\\([\\s\\S]*?^})`, 'm').exec(sets);
  return found![0].replace(/^export /m, '');
}
