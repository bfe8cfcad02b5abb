// Trains a healthy and a collapsing GAN, and draws both for docs/gan-losses.md: npm run gan-losses
import * as tf from '@tensorflow/tfjs';
import {
  batches,
  createAdam,
  createDiscriminator,
  createGanTrainer,
  createGenerator,
  createRandom,
  leakyRelu,
  mlp,
  nonSaturatingLoss,
  r1Penalty,
  train,
  type GanTrainerOptions,
} from 'tfjs-generative';
import { saveFile } from 'tfjs-generative/node';
import { chromium } from 'playwright';
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { findChromium, launchOptions } from '../tests/browser/chromium.js';
import { startBackend } from '../examples/shared/backend.js';
import { draw, ring } from '../examples/gan-modes/targets.js';

const FILE = 'docs/images/gan-losses.png';
const STEPS = 800;
const REPORT_EVERY = 20;
const LOOKS = [100, 300, 600, 800];
const POINTS = 160;

interface Game {
  readonly name: string;
  /** The `beta1` of both optimizers. */
  readonly beta1: number;
  readonly penalty?: GanTrainerOptions['penalty'];
}

const games: readonly Game[] = [
  {
    name: 'healthy',
    beta1: 0,
    penalty: (critic, real) => tf.mul(0.1, r1Penalty(critic, real)),
  },
  { name: 'collapsed', beta1: 0.9 },
];

type Row = Record<string, string | number>;

/** The losses and logits of a game over its updates, and samples at a few of them; prints the verdicts. */
async function play({ name, beta1, penalty }: Game): Promise<{ curves: Row[]; samples: Row[] }> {
  const random = createRandom(1);
  const network = (part: string, outputs: number) =>
    mlp({ sizes: [2, 64, 64, outputs], activation: leakyRelu, random: random.fork(part) });
  const adam = () => createAdam({ learningRate: 1e-3, beta1, beta2: 0.99 });
  const generator = createGenerator(network('generator', 2), { latentSize: 2 });
  const trainer = createGanTrainer({
    generator,
    discriminator: createDiscriminator(network('discriminator', 1)),
    loss: nonSaturatingLoss,
    optimizers: { generator: adam(), discriminator: adam() },
    random,
    penalty,
  });
  const points = draw(ring, 20_000, random.fork('data'));
  const source = batches(points, { batchSize: 256, random });
  const curves: Row[] = [];
  const samples: Row[] = [];
  for await (const { step, metrics, verdicts } of train(trainer, source, { steps: STEPS, reportEvery: REPORT_EVERY })) {
    const values = {
      'discriminator loss': metrics.discriminatorLoss,
      'generator loss': metrics.generatorLoss,
      'logit, real': metrics.realLogit,
      'logit, generated': metrics.fakeLogit,
    };
    for (const [curve, value] of Object.entries(values)) curves.push({ game: name, step, curve, value });
    for (const { kind, message } of verdicts) console.log(`${name}, update ${step}: ${kind}: ${message}`);
    if (!LOOKS.includes(step)) continue;
    const places = (await generator.draw(POINTS, random.fork('look')).array()) as [number, number][];
    samples.push(...places.map(([x, y]) => ({ game: name, at: `update ${step}`, x, y })));
  }
  return { curves, samples };
}

/** One row of the picture: the curves of a game, and its samples on top of the modes. */
function rowOf(name: string, { curves, samples }: Awaited<ReturnType<typeof play>>): object {
  const modes = ring.centers.map(([x, y]) => ({ x: x / ring.unit, y: y / ring.unit }));
  const scale = { domain: [-2.2, 2.2] };
  const plane = {
    x: { field: 'x', type: 'quantitative', scale, axis: null },
    y: { field: 'y', type: 'quantitative', scale, axis: null },
  };
  const panels = LOOKS.map((step) => ({
    title: { text: `update ${step}`, fontWeight: 'normal' },
    width: 120,
    height: 120,
    layer: [
      { data: { values: modes }, mark: { type: 'circle', size: 160, color: '#fbd38d', opacity: 1 }, encoding: plane },
      {
        data: { values: samples.filter(({ at }) => at === `update ${step}`) },
        mark: { type: 'circle', clip: true, size: 7, color: '#1a4480', opacity: 0.7 },
        encoding: plane,
      },
    ],
  }));
  const lines = {
    title: { text: name, anchor: 'start' },
    width: 380,
    height: 120,
    data: { values: curves },
    mark: { type: 'line', strokeWidth: 1.5 },
    encoding: {
      x: {
        field: 'step',
        type: 'quantitative',
        title: name === games.at(-1)!.name ? 'updates' : null,
        axis: { grid: false },
      },
      y: { field: 'value', type: 'quantitative', title: null },
      color: {
        field: 'curve',
        type: 'nominal',
        title: null,
        sort: ['discriminator loss', 'generator loss', 'logit, real', 'logit, generated'],
        scale: { range: ['#c05621', '#1a4480', '#ed8936', '#63b3ed'] },
        legend: { orient: 'bottom', direction: 'horizontal' },
      },
    },
  };
  return { hconcat: [lines, ...panels], spacing: 14 };
}

await startBackend();
const rows = [];
for (const game of games) rows.push(rowOf(game.name, await play(game)));
const spec = {
  background: 'white',
  config: { view: { stroke: null }, font: 'sans-serif' },
  vconcat: rows,
  spacing: 20,
};
const view = new vega.View(vega.parse(compile(spec as unknown as TopLevelSpec).spec), { renderer: 'none' });
const browser = await chromium.launch(launchOptions(await findChromium()));
const page = await browser.newPage({ viewport: { width: 1040, height: 420 }, deviceScaleFactor: 1 });
await page.setContent(`<body style="margin: 0">${await view.toSVG()}</body>`);
await saveFile(FILE, await page.locator('svg').first().screenshot());
await browser.close();
console.log(FILE);
process.exit(0);
