import * as tf from '@tensorflow/tfjs';
import { batches, cosineDecay, createAdam, createRandom, fit } from 'tfjs-generative';
import { createMaskedModel, createTokenModel, createTokenTrainer, transformer } from 'tfjs-generative/tokens';
import type { Estimate } from './models.js';

/** Words of so many letters of an alphabet of four: 4,096 in all, so that a model's probabilities can be summed. */
const [LETTERS, LENGTH] = [4, 6];

/** P(next | letter): each letter is mostly followed by the next one, and never by the one before it. */
const NEXT = [
  [0.3, 0.6, 0.1, 0],
  [0, 0.3, 0.6, 0.1],
  [0.1, 0, 0.3, 0.6],
  [0.6, 0.1, 0, 0.3],
] as const;

const WORDS = Array.from({ length: LETTERS ** LENGTH }, (_, code) =>
  Array.from({ length: LENGTH }, (_place, i) => Math.floor(code / LETTERS ** i) % LETTERS),
);
const LAW = WORDS.map((word) =>
  word.slice(1).reduce((product, letter, i) => product * NEXT[word[i]!]![letter]!, 1 / LETTERS),
);

/** A row without the name of the law. */
type Row = Estimate & { readonly family: string; readonly massError?: number | undefined };

/** Trains a model from left to right and one of any order on the language; expectations are sums over all words. */
export async function compareLanguage({ steps, seed }: { steps: number; seed: number }): Promise<Row[]> {
  const random = createRandom(seed).fork('language');
  const entropy = LAW.reduce((sum, p) => sum + (p === 0 ? 0 : p * Math.log(p)), 0);
  const rows: Row[] = [
    { family: 'the law', estimator: 'its formula', is: 'exact', nats: entropy, standardError: 0, massError: 0 },
  ];
  const training = tf.tensor2d((await drawWords(random, 20_000)).flat(), [20_000, LENGTH], 'int32');
  const all = tf.tensor2d(WORDS.flat(), [WORDS.length, LENGTH], 'int32');
  for (const causal of [true, false]) {
    const own = random.fork(causal ? 'causal' : 'masked');
    const size = { tokens: LETTERS, length: LENGTH };
    const network = transformer({ ...size, causal, width: 32, heads: 2, layers: 2, random: own.fork('network') });
    const model = (causal ? createTokenModel : createMaskedModel)(network, size);
    const optimizer = createAdam({ learningRate: cosineDecay({ from: 2e-3, to: 0, steps }), beta2: 0.99 });
    const trainer = createTokenTrainer({ model, optimizer, random: own });
    const source = batches(training, { batchSize: 256, random: own.fork('order') });
    await fit(trainer, source, { epochs: Math.ceil(steps / source.batchesPerEpoch) });
    const draws = causal ? 1 : 50;
    const nats = new Float64Array(WORDS.length);
    for (let i = 0; i < draws; i++) {
      const given = causal ? {} : { random: own.fork(`draw ${i}`) };
      const numbers = tf.tidy(() => tf.concat(tf.split(all, 8).map((part) => model.logProb(part, given))));
      (await numbers.data()).forEach((one, k) => (nats[k]! += one / draws));
      numbers.dispose();
    }
    rows.push({
      family: causal ? 'transformer, left to right' : 'transformer, any order',
      estimator: causal ? 'logProb' : 'bound of masked tokens',
      is: causal ? 'exact' : 'bound',
      nats: LAW.reduce((sum, p, k) => sum + (p === 0 ? 0 : p * nats[k]!), 0),
      standardError: 0,
      massError: nats.reduce((sum, one) => sum + Math.exp(one), 0) - 1,
    });
    for (const owner of [trainer, model]) owner.dispose();
  }
  tf.dispose([training, all]);
  return rows;
}

async function drawWords(random: ReturnType<typeof createRandom>, count: number): Promise<number[][]> {
  const uniform = random.fork('words').uniform([count], 0, 1);
  const numbers = await uniform.data();
  uniform.dispose();
  const sums: number[] = [];
  LAW.reduce((sum, p) => (sums.push(sum + p), sum + p), 0);
  return Array.from(numbers, (u) => {
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! > u) high = middle;
      else low = middle + 1;
    }
    return WORDS[low]!;
  });
}
