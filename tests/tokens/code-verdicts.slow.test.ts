import { describe, expect, test } from 'vitest';
import {
  bernoulli,
  createAdam,
  createDecoder,
  createRandom,
  createVaeTrainer,
  mlp,
  train,
  vaeModel,
} from '../../src/index.js';
import { codeVerdicts, createCodebook, createQuantizedEncoder, finiteScalarQuantizer } from '../../src/tokens/index.js';
import { judgeCodes } from '../../src/tokens/quantizers/code-verdicts.js';
import { inScope } from '../support/in-scope.js';
import { brokenCodes, healthyCodes, trainCodes } from './code-runs.js';

inScope();

const equal = (used: number, of: number): number[] => Array.from({ length: of }, (_, k) => (k < used ? 1 / used : 0));
const kindsOf = (...facts: Parameters<typeof judgeCodes>): string[] => judgeCodes(...facts).map(({ kind }) => kind);

describe('the verdict on codes', () => {
  test.each<[string, number[], number, boolean, boolean]>([
    ['a codebook with more than a quarter of its codes', equal(17, 64), 0.25, true, false],
    ['a codebook with less', equal(15, 64), 0.23, true, true],
    ['a codebook whose codes take turns from batch to batch', equal(60, 64), 0.06, true, true],
    ['levels of which most are unused', equal(3, 64), 0.05, false, false],
    ['levels with a single code', [0.91, 0.03, 0.03, 0.03], 0.3, false, true],
    ['levels with a code that is often used', [0.89, 0.05, 0.03, 0.03], 0.3, false, false],
  ])('%s', (_, shares, batch, isLearned, isNamed) => {
    expect(kindsOf(shares, { batch, isLearned })).toEqual(isNamed ? ['codebook collapse'] : []);
  });

  test('says what it saw in numbers', () => {
    const [verdict] = judgeCodes(equal(4, 64), { batch: 0.07, isLearned: true });
    expect(verdict!.message).toMatch(/as many codes as 4\.0 of 64 that are equally likely/);
    const [single] = judgeCodes([0.97, 0.03], { batch: 0.5, isLearned: false });
    expect(single!.message).toMatch(/One code stands for 97% of all vectors/);
  });
});

test('a run that collapses is named after 400 updates, and a healthy one is not', async () => {
  const broken = brokenCodes.find(({ name }) => name === 'a constant encoder')!;
  const { reports } = await trainCodes({ ...broken, steps: 450 }, 1);
  expect(reports.filter(({ kinds }) => kinds.length > 0).map(({ step }) => step)).toEqual([400, 450]);
  const healthy = await trainCodes({ ...healthyCodes[4]!, steps: 450 }, 1);
  expect(healthy.reports.flatMap(({ kinds }) => kinds)).toEqual([]);
});

test('an encoder of codes brings its observer to the trainer of a VAE, and to no model without verdicts', () => {
  const random = createRandom(1);
  const encoder = createQuantizedEncoder(mlp({ sizes: [3, 2], random }), {
    quantizer: createCodebook({ codes: 4, size: 2, random }),
  });
  const decoder = createDecoder(mlp({ sizes: [2, 3], random }), { likelihood: bernoulli });
  const optimizer = createAdam({ learningRate: 0.01 });
  const trainer = createVaeTrainer({ encoder, decoder, optimizer, random });
  expect(trainer.observers).toContain(encoder.observers![0]);
  expect(vaeModel({ encoder, decoder, optimizer, random }).observers).not.toContain(encoder.observers![0]);
  trainer.dispose();
});

test('its state is that of the run', async () => {
  const run = async (observer: ReturnType<typeof codeVerdicts>) => {
    const random = createRandom(1);
    const encoder = createQuantizedEncoder(mlp({ sizes: [3, 2], random }), {
      quantizer: finiteScalarQuantizer({ levels: [3, 3] }),
    });
    const decoder = createDecoder(mlp({ sizes: [2, 3], random }), { likelihood: bernoulli });
    const trainer = createVaeTrainer({ encoder, decoder, optimizer: createAdam({ learningRate: 0.01 }), random });
    const x = random.uniform([8, 3]);
    const steps = train(trainer, [x], { steps: 17, observers: [observer] });
    while ((await steps.next()).done !== true);
    trainer.dispose();
  };
  const first = codeVerdicts(finiteScalarQuantizer({ levels: [3, 3] }));
  await run(first);
  const other = codeVerdicts(finiteScalarQuantizer({ levels: [3, 3] }));
  expect(other.state!()).not.toEqual(first.state!());
  other.restore!(JSON.parse(JSON.stringify(first.state!())) as never);
  expect(other.state!()).toEqual(first.state!());
});
