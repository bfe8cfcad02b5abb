// Compares ways to guide the included model of clothes: distances of samples from test pictures in the features of two networks.
import * as tf from '@tensorflow/tfjs';
import { createRandom, loadWeights, withGuidance, type WithGuidanceOptions } from 'tfjs-generative';
import { frechetDistance } from 'tfjs-generative/metrics';
import { loadFile } from 'tfjs-generative/node';
import { createImageDenoiser } from '../../diffusion-images/model.js';
import { makeSamples } from '../../diffusion-images/samples.js';
import { startBackend } from '../../shared/backend.js';
import { examplePath } from '../../shared/example-path.js';
import { loadClothes } from '../../shared/image-data.js';
import { featuresOf, loadEyes, samplesFor } from '../../shared/image-measures.js';
import { readOptions } from '../../shared/options.js';
import { run, writeReport } from '../../shared/report.js';

const options = readOptions({
  command: 'npm run example -- guidance',
  about: 'Compares plain guidance, projected guidance and the scale of CFG-Zero* on clothes.',
  options: {
    data: { kind: 'folder', help: 'the four IDX files of Fashion-MNIST; by default the included test pictures' },
    samples: { kind: 'integer', default: 1_000, minimum: 2, help: 'number of samples for each way' },
  },
});

const changes: Readonly<Record<string, WithGuidanceOptions>> = {
  plain: {},
  'along 0.5': { project: { along: 0.5 } },
  'along 0': { project: { along: 0 } },
  'along 0, norm 5': { project: { along: 0, norm: 5 } },
  'along 1, norm 5': { project: { along: 1, norm: 5 } },
  rescale: { rescale: true },
};
const ways: readonly (readonly [string, WithGuidanceOptions])[] = [
  ['none', { guidance: 1 }],
  ...[1.5, 3].flatMap((guidance) =>
    Object.entries(changes).map(([name, change]) => [`${guidance}, ${name}`, { guidance, ...change }] as const),
  ),
];

run(async () => {
  const began = performance.now();
  const { test } = await loadClothes(options.data);
  const backend = await startBackend(options);
  const denoiser = createImageDenoiser(createRandom(options.seed));
  await loadWeights(denoiser, await loadFile(examplePath('diffusion-images/denoiser.safetensors')));
  const { dispose, ...networks } = await loadEyes();
  const real = Object.values(networks).map((network) => featuresOf(network, test, samplesFor(test)));
  const results: Record<string, readonly number[]> = {};
  console.log(`${options.samples} samples, ${samplesFor(test)} test pictures`);
  console.log('| guidance | classifier | autoencoder | mean pixel |\n|---|---|---|---|');
  for (const [name, how] of ways) {
    // the same noise for each way
    const random = createRandom(options.seed).fork('samples');
    const samples = await makeSamples(withGuidance(denoiser, how), { count: options.samples, random });
    const numbers: number[] = [];
    for (const [i, network] of Object.values(networks).entries()) {
      const features = network.features(samples);
      numbers.push((await frechetDistance(features, real[i]!)).value);
      features.dispose();
    }
    const mean = tf.mean(samples);
    numbers.push((await mean.data())[0]!);
    tf.dispose([samples, mean]);
    console.log(`| ${name} | ${numbers[0]!.toFixed(1)} | ${numbers[1]!.toFixed(2)} | ${numbers[2]!.toFixed(3)} |`);
    results[name] = numbers;
  }
  tf.dispose(real);
  dispose();
  const seconds = (performance.now() - began) / 1000;
  await writeReport(options.json, { results, samples: options.samples, seconds, seed: options.seed, backend });
});
