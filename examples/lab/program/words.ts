import type { Experiment } from '../experiment/experiment.js';
import { headsOf, PLACES } from '../training/sizes.js';
import type { ProgramParts } from './parts.js';

/** The name of the file with the words that a program reads, one a line. */
export const WORD_FILE = 'words.txt';

/** Names that a program imports from the entry `tokens`. */
export const tokenImports = ({ direction }: Experiment): readonly string[] => [
  'characters',
  direction === 'right' ? 'createTokenModel' : 'createMaskedModel',
  'createTokenTrainer',
  'padSequences',
  'transformer',
];

/** The model of `training/words/words.ts`, as text. */
export function wordParts(experiment: Experiment): ProgramParts {
  const { direction, width, rate, temperature } = experiment;
  const isInOrder = direction === 'right';
  return {
    imports: ['createAdam'],
    model: `
const network = transformer({
  ...size,
  causal: ${isInOrder},
  width: ${width},
  heads: ${headsOf(width)},
  layers: 2,
  random: random.fork('network'),
});
// ${isInOrder ? 'log p(x): a sum over letters, each after those before it' : 'a bound on log p(x): letters are hidden, and filled in'}
const model = ${isInOrder ? 'createTokenModel' : 'createMaskedModel'}(network, { ...size, end: letters.end });
const trainer = createTokenTrainer({
  model,
  optimizer: createAdam({ learningRate: ${rate} }),
  random,
  clipNorm: 1,
});`,
    sampling: `const samples = await model.sample(24, { random: random.fork('samples'), temperature: ${temperature} });`,
    shown: 'metrics.bits',
  };
}

/** Lines of a program of words: they read the file, and make the data. */
export const wordSource = ({ batch }: Experiment): readonly string[] => [
  `// a token for each letter, and one for the end of a word`,
  `const letters = characters(words.join(''), { end: true });`,
  `const size = { tokens: letters.tokens, length: ${PLACES} };`,
  `const data = padSequences(words.map(letters.encode), { length: size.length });`,
  `const source = batches(data, { batchSize: ${batch}, random: random.fork('order') });`,
];
