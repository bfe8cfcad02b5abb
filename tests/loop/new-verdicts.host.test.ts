import { describe, expect, test } from 'vitest';
import { train, type TrainOptions, type Trainer, type Verdict } from '../../src/index.js';
import { createRun, stopOn } from '../../src/run/index.js';
import { countingTrainer, rowsOf } from '../training/sample.js';
import { inScope } from '../support/in-scope.js';

inScope();

/** A trainer whose n-th report gets the n-th list of verdicts, and empty lists after these. */
function judging(lists: readonly (readonly Verdict[])[]): Trainer<'loss'> {
  let report = 0;
  return { ...countingTrainer().trainer, observers: [{ report: () => lists[report++] ?? [] }] };
}

const said = (kind: string, message = `${kind} is wrong`): Verdict => ({ kind, message });
const messages = (verdicts: readonly Verdict[] = []): string[] => verdicts.map(({ message }) => message);

/** The new verdicts of each report, and those that hold. */
async function reportedBy(lists: readonly (readonly Verdict[])[], options: Partial<TrainOptions> = {}) {
  const reports: { fresh: string[]; holds: string[] }[] = [];
  for await (const { verdicts, standing } of train(judging(lists), rowsOf(1), { epochs: lists.length, ...options })) {
    reports.push({ fresh: messages(verdicts), holds: messages(standing) });
  }
  return { fresh: reports.map(({ fresh }) => fresh), holds: reports.map(({ holds }) => holds) };
}

describe('a verdict', () => {
  test('is reported once while it holds, however its numbers change', async () => {
    const { fresh, holds } = await reportedBy([[said('a', 'It is 95.5%.')], [said('a', 'It is 97%.')]]);
    expect(fresh).toEqual([['It is 95.5%.'], []]);
    expect(holds).toEqual([['It is 95.5%.'], ['It is 97%.']]);
    const numbers = ['1', '-2', '0.5', '1.3e-33', '2e+7', '1,400', 'NaN', '-Infinity'];
    const many = await reportedBy(numbers.map((number) => [said('a', `The loss is ${number}, and grows.`)]));
    expect(many.fresh.flat()).toEqual(['The loss is 1, and grows.']);
  });

  test('is reported again if its words change, or after a report without it', async () => {
    const [a, b] = [said('a'), said('b')];
    expect((await reportedBy([[a], [a], [], [a], [a]])).fresh).toEqual([messages([a]), [], [], messages([a]), []]);
    const changed = said('a', 'a is worse');
    expect((await reportedBy([[a], [changed], [changed]])).fresh).toEqual([messages([a]), messages([changed]), []]);
    expect((await reportedBy([[a], [b, a], [b]])).fresh).toEqual([messages([a]), messages([b]), []]);
  });

  test('of another kind is new, even if its words are the same', async () => {
    const [a, b] = [said('a', 'wrong'), said('b', 'wrong')];
    expect((await reportedBy([[a], [b], [a, b]])).fresh).toEqual([['wrong'], ['wrong'], ['wrong']]);
  });

  test('is reported alone when it is added to others of its kind and words', async () => {
    const layer = (n: number) => said('dead layer', `Layer ${n} is dead.`);
    const { fresh } = await reportedBy([[layer(3)], [layer(3), layer(5)], [layer(5), layer(3)], [layer(3)]]);
    expect(fresh).toEqual([['Layer 3 is dead.'], ['Layer 5 is dead.'], [], []]);
  });

  test('still stops a run with `stopOn`, whether or not an earlier call has reported it', async () => {
    const a = said('a');
    let looks = 0;
    const { fresh } = await reportedBy([[a], [a], [a], [a], [a]], {
      observers: [stopOn(({ kind }) => kind === 'a' && ++looks === 3)],
    });
    expect(fresh).toEqual([messages([a]), [], []]);
  });

  test('is reported by each call of train, and once by a run that is stopped and started', async () => {
    const a = said('a');
    const trainer = judging(Array.from({ length: 9 }, () => [a]));
    for (let call = 0; call < 2; call++) {
      const fresh: string[] = [];
      for await (const { verdicts } of train(trainer, rowsOf(1), { epochs: 2 })) fresh.push(...messages(verdicts));
      expect(fresh).toEqual(messages([a]));
    }
    const run = createRun(trainer, rowsOf(1), { epochs: 4 });
    await run.start({ steps: 2 });
    const { history } = await run.start();
    expect(history.map(({ verdicts }) => messages(verdicts))).toEqual([messages([a]), [], [], []]);
    expect(history.map(({ standing }) => messages(standing))).toEqual(history.map(() => messages([a])));
    expect(Object.isFrozen(history[3]!.standing)).toBe(true);
  });
});
