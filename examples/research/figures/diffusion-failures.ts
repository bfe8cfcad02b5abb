// Samples the trained denoiser of diffusion-images correctly and in wrong ways, for docs/diffusion-sampling.md: npm run tool -- diffusion-failures
import * as tf from '@tensorflow/tfjs';
import {
  createDenoiser,
  createRandom,
  ddimSolver,
  dpmSolver,
  imageGrid,
  linearSchedule,
  loadWeights,
  predictNoise,
  sampleDiffusion,
  type Denoiser,
  type DiffusionSolver,
  type Network,
  type SampleOptions,
} from 'tfjs-generative';
import { encodePng, loadFile, saveFile } from 'tfjs-generative/node';
import { createImageDenoiser } from '../../diffusion-images/model.js';
import { fromPixels, toPixels } from '../../shared/pixels.js';
import { startBackend } from '../../shared/backend.js';
import { CLASSES } from '../../shared/image-data.js';
import { labelsInTurn } from '../../shared/labels.js';

const FILE = 'docs/images/sheets/diffusion-failures.png';
const WEIGHTS = 'examples/diffusion-images/denoiser.safetensors';

/** A row of the picture: what differs from the first one. */
interface Walk {
  readonly denoiser?: (right: Denoiser) => Denoiser;
  readonly solver?: DiffusionSolver;
  readonly options?: SampleOptions;
  /** A change of the samples at the end. */
  readonly after?: (samples: tf.Tensor) => tf.Tensor;
}

/** Some noise remains if sampling ends before alphaBar 1. */
const endingEarly: DiffusionSolver = {
  step: (state) => (state.to < 0 ? tf.clone(state.xt) : ddimSolver().step(state)),
};

const walks: readonly Walk[] = [
  {},
  { solver: endingEarly, options: { timesteps: spaced(999, 80) } },
  { solver: ddimSolver(), options: { timesteps: spaced(840, 0) } },
  { denoiser: (right) => createDenoiser(networkOf(right), { schedule: right.schedule, predicts: predictNoise }) },
  {
    denoiser: (right) =>
      createDenoiser(networkOf(right), { schedule: linearSchedule({ steps: 1000 }), predicts: right.predicts }),
  },
  { solver: ddimSolver(), options: { steps: 4 } },
  { options: { steps: 20, guidance: 8 } },
  { after: fromPixels },
];

await startBackend();
const right = createImageDenoiser(createRandom(1));
await loadWeights(right, await loadFile(WEIGHTS));
const condition = labelsInTurn(CLASSES);
const rows: tf.Tensor[] = [];
for (const { denoiser = (same: Denoiser) => same, solver = dpmSolver, options = { steps: 20 }, after } of walks) {
  const random = createRandom(1).fork('samples'); // the same noise in each row
  const given = { shape: [CLASSES, 28, 28, 1], random, condition, guidance: 1.5, ...options };
  const pixels = toPixels(await sampleDiffusion(denoiser(right), solver, given));
  rows.push(after === undefined ? pixels : tf.clipByValue(after(pixels), 0, 1));
}
const picture = imageGrid(tf.sub(1, tf.concat(rows)), { columns: CLASSES, gap: 2, background: 1 });
await saveFile(FILE, await encodePng(picture, { scale: 2 }));
console.log(FILE);

/** 20 timesteps from one to another. */
function spaced(first: number, last: number): Int32Array {
  return Int32Array.from({ length: 20 }, (_, i) => Math.round(first + ((last - first) * i) / 19));
}

/** The network of a denoiser. */
function networkOf(denoiser: Denoiser): Network {
  return {
    variables: denoiser.variables,
    apply: (input, options) => denoiser.predict(input, options!.timesteps!, options),
    dispose: () => denoiser.dispose(),
  };
}
