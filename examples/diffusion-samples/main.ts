// Draws samples from the included denoiser of diffusion-images: pictures of clothes in seconds, without training.
import { createRandom, loadWeights } from 'tfjs-generative';
import { loadFile, saveFile } from 'tfjs-generative/node';
import { createImageDenoiser } from '../diffusion-images/model.js';
import { drawSamples } from '../diffusion-images/samples.js';
import { startBackend } from '../shared/backend.js';
import { examplePath } from '../shared/example-path.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';

const PICTURE = 'out/diffusion-samples/samples.png';
/** Samples per class. */
const ROWS = 8;
const WEIGHTS = examplePath('diffusion-images/denoiser.safetensors');

const options = readOptions({
  command: 'npm run example -- diffusion-samples',
  about: `Draws samples from a trained diffusion model of Fashion-MNIST into ${PICTURE}, one class per column.`,
  options: {
    weights: {
      kind: 'file',
      default: WEIGHTS,
      help: 'weights that diffusion-images wrote with --weights; by default the included ones',
    },
  },
});

run(async () => {
  const began = performance.now();
  const backend = await startBackend(options);
  const random = createRandom(options.seed);
  const denoiser = createImageDenoiser(random);
  await loadWeights(denoiser, await loadFile(options.weights));

  await saveFile(PICTURE, await drawSamples(denoiser, random.fork('samples'), ROWS));
  const seconds = (performance.now() - began) / 1000;
  await writeReport(options.json, { picture: PICTURE, samples: 10 * ROWS, seconds, seed: options.seed, backend });
  console.log(PICTURE);
});
