import { afterAll, describe, expect, test } from 'vitest';
import { readApi } from '../../scripts/random-programs/api-types.js';
import { buildChild } from '../../scripts/random-programs/build-child.js';
import {
  call,
  expressionOf,
  method,
  named,
  own,
  type Expression,
  type FileKind,
  type Program,
} from '../../scripts/random-programs/expression.js';
import { startJudging } from '../../scripts/random-programs/judge-program.js';
import type { FailureKind } from '../../scripts/random-programs/outcome.js';
import { printProgram } from '../../scripts/random-programs/print-program.js';
import { allFunctions, doors, programOf } from '../../scripts/random-programs/program-of.js';
import { bound } from '../../scripts/random-programs/summary.js';

const child = await buildChild();
const judge = startJudging(child, { limit: 3 });
afterAll(() => judge.end());

const random = call('createRandom', 1);
const dense = (inputs: number, units: number): Expression => call('dense', { inputs, units, random });

/** A program that trains a layer between others, in which much can be left out. */
function trainedWith(layer: Expression, files: readonly FileKind[] = []): Program {
  const x = method(random, 'normal', [3, 2]);
  const network = call('sequential', [
    dense(2, 4),
    call('residual', call('sequential', [dense(4, 4), layer])),
    call('layerNorm', { inputs: 4 }),
    dense(4, 2),
  ]);
  return {
    rule: 'planted',
    constants: [
      ['network', network],
      [
        'trainer',
        call('createTrainer', {
          name: 'own',
          parts: { network: named('network') },
          loss: own('meanSquare', named('network'), {}),
          optimizer: call('createAdam', { learningRate: 0.01, beta1: 0.5 }),
          random,
          clipNorm: 1,
        }),
      ],
      ['batches', expressionOf([x, x])],
      ['outApplied', method(named('network'), 'apply', x)],
      ['part', named('network')],
      ['feeds', expressionOf({ x })],
      [
        'answers',
        expressionOf({
          output: method(named('network'), 'apply', files.length > 0 ? method(random, 'normal', [3, 2]) : x),
        }),
      ],
    ],
    files,
  };
}

/** The program, also trained with an observer. */
function observedBy(observer: Expression): Program {
  const program = trainedWith(call('flatten'));
  const training = expressionOf({ data: named('batches'), epochs: 1, reportEvery: 1, observers: [observer] });
  return { ...program, constants: [...program.constants, ['training', training]], way: 'serveRun' };
}

const calls = (expression: Expression): Program => ({ rule: 'planted', constants: [['outResult', expression]] });
const planted: readonly (readonly [kind: FailureKind, program: Program])[] = [
  ['gradient', trainedWith(own('wrongGradient', 1))],
  ['leak', trainedWith(own('leaky', 1))],
  ['disagreement', calls(method(own('fickle', 1), 'apply', method(random, 'normal', [3, 2])))],
  ['resume', trainedWith(own('forgetful', 1))],
  ['resume', observedBy(own('forgetfulObserver', 1))],
  ['silent wrong', trainedWith(own('notANumber', 1))],
  ['raw error', trainedWith(own('raw', 1))],
  ['crash', calls(own('crash', 1))],
  ['hang', calls(own('hang', 1))],
  ['silent wrong', { ...calls(own('unchecked', '2')), mustRefuse: true }],
];

describe('a program with a planted fault', () => {
  test.each(planted)('fails as %s', async (kind, program) => {
    expect(await judge.judge(program)).toMatchObject({ verdict: 'failed', kind });
  });

  test('fails as replay if a step changes later than any that is compared, and passes if each is the same', async () => {
    const replays = startJudging(child, { isReplay: true });
    expect(await replays.judge(trainedWith(own('late', 1)))).toMatchObject({ verdict: 'failed', kind: 'replay' });
    expect(await replays.judge(trainedWith(call('flatten')))).toMatchObject({ verdict: 'passed' });
    replays.end();
  });

  test('is shortened to a few lines', async () => {
    const program = trainedWith(own('leaky', 1));
    const outcome = await judge.judge(program);
    if (outcome.verdict !== 'failed') throw new Error('it passed');
    const short = await judge.shorten(program, outcome);
    const lines = printProgram(short.program).split('\n');
    expect(lines).toContain('const network = leaky(1);');
    expect(lines.filter((line) => line.startsWith('const ')).length).toBeLessThanOrEqual(4);
  });

  test('passes without the fault', async () => {
    expect(await judge.judge(trainedWith(call('flatten'), ['model', 'weights', 'stateDict', 'onnx']))).toMatchObject({
      verdict: 'passed',
    });
  });

  test('passes with an observer that remembers', async () => {
    const outcome = await judge.judge(observedBy(own('watcher', undefined)));
    expect(outcome).toMatchObject({ verdict: 'passed' });
    expect(outcome.heard).toEqual(expect.arrayContaining(['index/RunContext.evaluate', 'run/RemoteRun.post']));
  });

  test('fails as export if ONNX Runtime gives other numbers', async () => {
    const program = trainedWith(call('flatten'), ['onnx']);
    const answers = expressionOf({
      output: method(named('network'), 'apply', method(call('createRandom', 2), 'normal', [3, 2])),
    });
    const constants = program.constants.map(([name, one]) => [name, name === 'answers' ? answers : one] as const);
    expect(await judge.judge({ ...program, constants })).toMatchObject({ verdict: 'failed', kind: 'export' });
  });

  test('ends in a sentence if it is a mistake', async () => {
    const outcome = await judge.judge(calls(call('dense', { inputs: 2, units: -1, random })));
    expect(outcome).toMatchObject({ verdict: 'refused', why: 'dense: `units` must be a positive integer; got -1.' });
  });
});

test('every function of the API reports is a door or says why it is none, and a number gives the same program again', () => {
  const { functions } = readApi();
  expect(functions.map(({ entry, name }) => `${entry}/${name}`)).toEqual(allFunctions);
  for (const name of [
    'index/elbo',
    'tables/describeTable',
    'onnx/saveOnnx',
    'index/Network.apply',
    'tokens/Quantizer.quantize',
  ])
    expect(doors.map(({ entry, name: one }) => `${entry}/${one}`)).toContain(name);
  for (let i = 0; i < 50; i++) expect(programOf(3, i)).toEqual(programOf(3, i));
});

test('the bound is that of Clopper and Pearson', () => {
  // 1 - 0.05^(1/n) without a failure; the others by R's binom.test(k, n, alternative = 'less')
  expect(bound(0, 100)).toBeCloseTo(1 - 0.05 ** 0.01, 10);
  expect(bound(1, 10)).toBeCloseTo(0.3941633, 6);
  expect(bound(3, 200)).toBeCloseTo(0.0382835, 4);
});
