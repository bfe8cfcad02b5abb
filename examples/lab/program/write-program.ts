// The experiment as a program of its own, which trains as the lab does.
import sets from '../data/point-sets.js?raw';
import type { Experiment } from '../experiment/experiment.js';
import { classCountOf } from '../experiment/classes.js';
import type { PictureFamily, PointFamily } from '../experiment/fields.js';
import {
  isOfPictures,
  kindOf,
  pictureShapeOf,
  type Pictures,
  type PictureSet,
  type PictureShape,
} from '../experiment/pictures.js';
import { reportEvery } from '../training/report-every.js';
import { DATA } from '../training/sizes.js';
import { pictureDiffusionParts, pointDiffusionParts } from './diffusion.js';
import { driftingParts } from './drifting.js';
import { pictureGanParts, pointGanParts } from './gan.js';
import type { ProgramParts } from './parts.js';
import { pictureVaeParts, pointVaeParts } from './vae.js';
import { tokenImports, wordParts, wordSource, WORD_FILE } from './words.js';

type PartsOf<F extends string, A extends unknown[]> = Readonly<
  Record<F, (experiment: Experiment, ...of: A) => ProgramParts>
>;

const partsOf: PartsOf<PointFamily, []> = {
  vae: pointVaeParts,
  gan: pointGanParts,
  diffusion: pointDiffusionParts,
  drifting: driftingParts,
};
const picturePartsOf: PartsOf<PictureFamily, [shape: PictureShape]> = {
  vae: pictureVaeParts,
  gan: pictureGanParts,
  diffusion: pictureDiffusionParts,
};

/** The name of the file with the pictures that a program reads: a byte for each pixel, and then one for the class of each picture if the model gets classes. */
export const pictureFile = (experiment: Experiment): string =>
  `${experiment.data}${classCountOf(experiment) === undefined ? '' : '-with-classes'}.bin`;

/** What is in that file. */
export function pictureBytes(experiment: Experiment, { data, labels }: Pictures): Uint8Array<ArrayBuffer> {
  const after = classCountOf(experiment) === undefined ? [] : labels!;
  const bytes = new Uint8Array(data.length + after.length);
  bytes.set(data);
  bytes.set(after, data.length);
  return bytes;
}

/** The packages that a program needs, as one installs them. */
export const PACKAGES = 'tfjs-generative @tensorflow/tfjs-core @tensorflow/tfjs-backend-wasm';

/** A program that gives the same losses as the lab on WebAssembly, for a run from its start with unmoved controls. */
export function writeProgram(experiment: Experiment): string {
  const { data, family, seed, steps, until } = experiment;
  const { imports, model, sampling, shown } = partsFor(experiment);
  const { about, entries, begin, start, source, end } = isOfPictures(data)
    ? pictureLines(experiment, data)
    : kindOf(data) === 'words'
      ? wordLines(experiment)
      : pointLines(experiment);
  const every = reportEvery(experiment);
  const ends = { plateau: 'stopEarly', verdict: 'stopOn' } as const;
  const ending = Object.hasOwn(ends, until) ? ends[until as keyof typeof ends] : undefined;
  const names = ['batches', 'createRandom', 'train', ...(isOfPictures(data) ? ['imageGrid'] : []), ...imports].sort();
  const lines = [
    `// ${title(experiment)}. Written by the lab of tfjs-generative.`,
    `// Install: npm i ${PACKAGES}`,
    `// Run: node program.mjs, or import it in a page that Vite or webpack builds`,
    ...about,
    ...entries.filter((line) => line.includes('node:')),
    `import * as tf from '@tensorflow/tfjs-core';`,
    `import { ${names.join(', ')} } from 'tfjs-generative';`,
    ...(ending ? [`import { ${ending} } from 'tfjs-generative/run';`] : []),
    ...entries.filter((line) => !line.includes('node:')),
    `import { startWasm } from 'tfjs-generative/wasm';`,
    '',
    ...begin,
    '',
    ...start,
    `const random = createRandom(${seed});`,
    ...source,
    '',
    model.trim(),
    '',
    ...(ending === 'stopEarly'
      ? [
          `const metric = '${family === 'gan' ? 'generatorLoss' : 'loss'}';`,
          `const observers = [stopEarly({ metric, goal: 'min', patience: 20, minRelativeChange: 0.01 })];`,
        ]
      : ending === 'stopOn'
        ? ['const observers = [stopOn(() => true)];']
        : []),
    `const options = { steps: ${steps}, reportEvery: ${every}${ending ? ', observers' : ''} };`,
    `for await (const { step, metrics } of train(trainer, source, options)) {`,
    `  if (step % ${printEvery(steps, every)} === 0) console.log(step, ${shown});`,
    `}`,
    '',
    sampling.trim(),
    end,
    '',
  ];
  return lines.join('\n');
}

function partsFor(experiment: Experiment): ProgramParts {
  const { data } = experiment;
  if (kindOf(data) === 'words') return wordParts(experiment);
  if (isOfPictures(data)) return picturePartsOf[experiment.family as PictureFamily](experiment, pictureShapeOf(data));
  return partsOf[experiment.family as PointFamily](experiment);
}

/** The lines of a program that depend on what is learned. */
interface DataLines {
  readonly about: readonly string[];
  /** Imports of further entries. */
  readonly entries: readonly string[];
  readonly begin: readonly string[];
  /** Starts WebAssembly. */
  readonly start: readonly string[];
  /** Makes `source`. */
  readonly source: readonly string[];
  /** Shows `samples`. */
  readonly end: string;
}

const START: readonly string[] = [
  `// the binary of WebAssembly: Node finds it, and a bundler copies it next to a page`,
  `const binary = new URL('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm', import.meta.url);`,
  `await startWasm(typeof document === 'undefined' ? {} : { paths: { 'tfjs-backend-wasm-simd.wasm': binary } });`,
];

function pointLines(experiment: Experiment): DataLines {
  const { data, batch, points } = experiment;
  const own = data === 'drawn' || data === 'csv';
  const isConditional = classCountOf(experiment) !== undefined;
  return {
    about: [],
    entries: [],
    begin: [
      ...(own ? [`const points = ${JSON.stringify(points)};`, ''] : []),
      textOf(data),
      ...(isConditional ? ['', textOf(`${data}Classes`)] : []),
    ],
    start: START,
    source: [
      `const data = ${data}(${DATA}, random.fork('data')${own ? ', points' : ''});`,
      ...(isConditional ? [`const condition = ${data}Classes(${DATA}, random.fork('data'));`] : []),
      `const source = batches(${isConditional ? '{ x: data, condition }' : 'data'}, { batchSize: ${batch}, random: random.fork('order') });`,
    ],
    end: `console.log(await samples.array());`,
  };
}

function pictureLines(experiment: Experiment, set: PictureSet): DataLines {
  const { family, batch } = experiment;
  const file = pictureFile(experiment);
  const shape = pictureShapeOf(set);
  const size = shape.reduce((product, side) => product * side, 1);
  const isConditional = classCountOf(experiment) !== undefined;
  // a denoiser's numbers have about zero mean
  const scaled = 'tf.sub(tf.mul(2, x), 1)';
  const transform =
    family !== 'diffusion'
      ? ''
      : `, transform: ${isConditional ? `({ x, condition }) => ({ x: ${scaled}, condition })` : `(x) => ${scaled}`}`;
  const what = isConditional ? 'the pictures as bytes, and then the class of each,' : 'the pictures as bytes,';
  return {
    about: [`// It reads ${file}, ${what} which the lab saves: put that file next to this one.`],
    entries: [],
    begin: [
      ...readsFile(file),
      ...(isConditional
        ? [
            `const count = bytes.length / (${size} + 1);`,
            `const x = { data: bytes.subarray(0, ${size} * count), shape: [count, ${shape.join(', ')}] };`,
            `const condition = { data: Int32Array.from(bytes.subarray(${size} * count)), shape: [count] };`,
          ]
        : [`const pictures = { data: bytes, shape: [bytes.length / ${size}, ${shape.join(', ')}] };`]),
    ],
    start: START,
    source: [
      `const source = batches(${isConditional ? '{ x, condition }' : 'pictures'}, { batchSize: ${batch}, random: random.fork('order')${transform} });`,
    ],
    end: [
      `const image = imageGrid(samples, { columns: 8, gap: 2 });`,
      `if (isPage) await tf.browser.toPixels(tf.clipByValue(image, 0, 1), document.body.appendChild(document.createElement('canvas')));`,
      `else await (await inNode('tfjs-generative/node')).writePng('samples.png', image, { scale: 3 });`,
    ].join('\n'),
  };
}

/** Lines that read a file next to the program into `bytes`, in Node or in a page. */
const readsFile = (file: string): readonly string[] => [
  `// what Node alone has, which bundlers leave alone`,
  `const inNode = (name) => import(/* @vite-ignore */ /* webpackIgnore: true */ name);`,
  `const isPage = typeof document !== 'undefined';`,
  `const file = new URL('${file}', import.meta.url);`,
  `const read = async () => (await inNode('node:fs/promises')).readFile(file);`,
  `const bytes = new Uint8Array(isPage ? await (await fetch(file)).arrayBuffer() : await read());`,
];

const wordLines = (experiment: Experiment): DataLines => ({
  about: [`// It reads ${WORD_FILE}, one word a line, which the lab saves: put that file next to this one.`],
  entries: [`import { ${tokenImports(experiment).join(', ')} } from 'tfjs-generative/tokens';`],
  begin: [...readsFile(WORD_FILE), `const words = new TextDecoder().decode(bytes).trim().split('\\n');`],
  start: START,
  source: wordSource(experiment),
  end: `for (const row of await samples.array()) console.log(letters.decode(row));`,
});

/** Updates between two printed lines: about ten lines in all, each at a report. */
const printEvery = (steps: number, every: number): number => every * Math.ceil(steps / (10 * every));

function title({ family, data }: Experiment): string {
  const model = {
    vae: 'A VAE',
    gan: 'A GAN',
    diffusion: 'A diffusion model',
    drifting: 'A drifting model',
    tokens: 'A transformer',
  }[family];
  const what = {
    moons: 'two moons',
    roll: 'a swiss roll',
    ring: 'a ring of eight clouds',
    grid: 'a grid of 25 clouds',
    drawn: 'a drawing',
    csv: 'points of a file',
    clothes: 'pictures of clothes',
    emoji: 'smileys',
    kinds: 'emoji of nine kinds',
    own: 'pictures of your own',
    words: 'words',
  }[data];
  return `${model} learns ${what}`;
}

/** The function that draws a set, with its comment, as the lab itself has it. */
function textOf(name: string): string {
  const found = new RegExp(`^/\\*\\*.*\\n^export (function ${name}\\([\\s\\S]*?^})`, 'm').exec(sets);
  return found![0].replace(/^export /m, '');
}
