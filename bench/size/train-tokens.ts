// The program of the token model whose size is checked: it trains on a text in a browser and shows a sample.
import { batches, createAdam, createRandom, train } from 'tfjs-generative';
import { characters, createTokenModel, createTokenTrainer, transformer, windows } from 'tfjs-generative/tokens';

/** Trains on the backend in use. */
export async function trainTokens(): Promise<void> {
  const random = createRandom(1);
  const text = await (await fetch('text.txt')).text();
  const alphabet = characters(text);
  const size = { tokens: alphabet.tokens, length: 64 };
  const model = createTokenModel(transformer({ ...size, random: random.fork('network') }), size);
  const trainer = createTokenTrainer({ model, optimizer: createAdam({ learningRate: 1e-3 }), random });
  const source = batches(windows(alphabet.encode(text), { length: 64 }), { batchSize: 64, random });
  for await (const report of train(trainer, source, { epochs: 1 })) {
    document.title = `epoch ${report.epoch}: ${report.metrics.bits.toFixed(2)} bits`;
  }
  console.log(alphabet.decode(await (await model.sample(1, { random })).data()));
}
