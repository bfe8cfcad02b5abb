// Draws samples from the included generator of gan-images: pictures of clothes in seconds, without training.
import { createRandom, loadWeights } from 'tfjs-generative';
import { loadFile, saveFile } from 'tfjs-generative/node';
import { createImageGenerator } from '../gan-images/model.js';
import { drawGrid, GRID_SIZE } from '../gan-images/samples.js';
import { startBackend } from '../shared/backend.js';
import { examplePath } from '../shared/example-path.js';
import { readOptions } from '../shared/options.js';
import { run, writeReport } from '../shared/report.js';

const PICTURE = 'out/gan-samples/samples.png';
const WEIGHTS = examplePath('gan-images/generator.safetensors');

const options = readOptions({
  command: 'npm run example -- gan-samples',
  about: `Draws samples from a trained generator of Fashion-MNIST into ${PICTURE}.`,
  options: {
    weights: {
      kind: 'file',
      default: WEIGHTS,
      help: 'weights that gan-images wrote with --weights; by default the included ones',
    },
  },
});

run(async () => {
  const backend = await startBackend(options);
  const random = createRandom(options.seed);
  const generator = createImageGenerator(false, random);
  await loadWeights(generator, await loadFile(options.weights));

  const latents = generator.sampleLatent(GRID_SIZE, random.fork('samples'));
  await saveFile(PICTURE, await drawGrid(generator, latents, false));
  await writeReport(options.json, { picture: PICTURE, samples: GRID_SIZE, seed: options.seed, backend });
  console.log(PICTURE);
});
