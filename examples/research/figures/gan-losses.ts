// Trains a healthy and a collapsing GAN, and draws both for docs/gan-losses.md: npm run tool -- gan-losses
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
import * as Plot from '@observablehq/plot';
import { startBackend } from '../../shared/backend.js';
import { draw, ring } from '../../gan-modes/targets.js';
import { card, words } from '../../shared/figures/card.js';
import { plotted } from '../../shared/figures/plotted.js';

const FILE = 'docs/images/gan-losses.svg';
const STEPS = 800;
const REPORT_EVERY = 20;
const LOOKS = [100, 300, 600, 800];
const POINTS = 160;
const WIDTH = 680;

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
    samples.push(...places.map(([x, y]) => ({ game: name, step, x, y })));
  }
  return { curves, samples };
}

const curveColours: Readonly<Record<string, string>> = {
  'discriminator loss': 'var(--first)',
  'generator loss': 'var(--second)',
  'logit, real': 'var(--pale-first)',
  'logit, generated': 'var(--pale-second)',
};

/** Above, the curves of each game over its updates; below, its samples at a few of them, on top of the modes. */
function figure(curves: readonly Row[], samples: readonly Row[]): string {
  const modes = ring.centers.map(([x, y]) => ({ x: x / ring.unit, y: y / ring.unit }));
  const order = games.map(({ name }) => name);
  const legend = Object.entries(curveColours).map(([curve, colour], i) => {
    const left = 16 + 167 * i;
    return `<path d="M${left} 26h20" stroke="${colour}" stroke-width="2.5" />${words([left + 26, 26], curve, 'left')}`;
  });
  const lines = plotted([0, 40], {
    width: WIDTH,
    height: 220,
    marginLeft: 40,
    marginBottom: 40,
    fx: { domain: order, label: null },
    x: { label: 'updates', ticks: 4, domain: [0, STEPS] },
    y: { label: 'nats; logits', grid: true },
    color: { domain: Object.keys(curveColours), range: Object.values(curveColours) },
    marks: [Plot.lineY(curves, { fx: 'game', x: 'step', y: 'value', stroke: 'curve' })],
  });
  const plane = { x: 'x', y: 'y' };
  const points = plotted([0, 262], {
    width: WIDTH,
    height: 318,
    marginTop: 40,
    marginLeft: 40,
    marginRight: 90,
    marginBottom: 10,
    fx: { axis: 'top', domain: LOOKS, label: null, tickFormat: (step: number) => `update ${step}` },
    fy: { axis: 'right', label: null, domain: order },
    x: { axis: null, domain: [-2.5, 2.5] },
    y: { axis: null, domain: [-2.5, 2.5] },
    marks: [
      Plot.frame({ stroke: 'var(--edge)' }),
      Plot.dot(modes, { ...plane, r: 8, fill: 'var(--place)' }),
      Plot.dot(samples, { ...plane, fx: 'step', fy: 'game', r: 1.5, fill: 'var(--second)', clip: true }),
    ],
  });
  return card([WIDTH, 590], ...legend, lines, points);
}

await startBackend();
const played = [];
for (const game of games) played.push(await play(game));
const svg = figure(
  played.flatMap(({ curves }) => curves),
  played.flatMap(({ samples }) => samples),
);
await saveFile(FILE, new TextEncoder().encode(svg));
console.log(FILE);
process.exit(0);
