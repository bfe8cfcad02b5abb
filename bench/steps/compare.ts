/** The same steps in several programs, interleaved, each in a separate process. */
import { keepLeast, lastLineOf, lastLineOfOwn, type Minima, type Row } from '../report.js';
import type { Steps } from './step.js';

const OWN = 'bench/steps/step.ts';
type Times = Pick<Steps, 'times'>;
type Run = (model: string, steps: number, title: string) => Times | undefined;

const own =
  (threads: number): Run =>
  (model, steps, title) =>
    lastLineOfOwn(OWN, [model, String(threads), String(steps)], title);
const torch =
  (threads: number): Run =>
  (model, steps, title) =>
    lastLineOf(
      process.env['PYTHON'] ?? 'python3',
      ['bench/steps/torch_step.py', model, String(threads), String(steps)],
      title,
    );

const programs: Readonly<Record<string, Run>> = {
  'wasm, 1 thread': own(1),
  'PyTorch, 1': torch(1),
  'wasm, 2 threads': own(2),
  'PyTorch, 2': torch(2),
  // about ten times as slow
  'tfjs alone': (model, steps, title) => own(0)(model, Math.max(1, Math.round(steps / 8)), title),
  // it has only one of the models
  'jax-js': (model, steps, title) =>
    model === 'vae'
      ? lastLineOf(process.execPath, ['bench/steps/jax-step.mjs', model, '1', String(Math.round(steps / 2))], title)
      : undefined,
};
/** Columns of the table; programs run in the order above, so that those that are compared most run one after the other. */
const columns = ['wasm, 1 thread', 'wasm, 2 threads', 'PyTorch, 1', 'PyTorch, 2', 'tfjs alone', 'jax-js'];

/**
 * The shortest steps in milliseconds, and this library's divided by the others', for PyTorch by the better of its two.
 *
 * @param models - how many steps a process makes of each
 */
export function compareSteps(models: Readonly<Record<string, number>>, rounds: number): Row[] {
  const results = new Map<string, Minima>();
  const cannot = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    for (const [model, steps] of Object.entries(models)) {
      const minima = results.get(model) ?? {};
      results.set(model, minima);
      for (const [program, run] of Object.entries(programs)) {
        const title = `${program}: ${model}`;
        if (cannot.has(title)) continue;
        const times = run(model, steps, title)?.times;
        if (times === undefined) cannot.add(title);
        else keepLeast(minima, program, Math.min(...times));
      }
    }
  }
  return [...results].map(([model, minima]) => {
    const [one, two] = [minima['wasm, 1 thread'] ?? NaN, minima['wasm, 2 threads'] ?? NaN];
    const pytorch = Math.min(minima['PyTorch, 1'] ?? Infinity, minima['PyTorch, 2'] ?? Infinity);
    const by = (other: number | undefined): (number | undefined)[] =>
      other === undefined || other === Infinity ? [undefined, undefined] : [one / other, two / other];
    const [[torchOne, torchTwo], [tfjsOne, tfjsTwo]] = [by(pytorch), by(minima['tfjs alone'])];
    return {
      ms: model,
      ...Object.fromEntries(columns.map((column) => [column, minima[column]])),
      '1 / PyTorch': torchOne,
      '2 / PyTorch': torchTwo,
      '1 / tfjs': tfjsOne,
      '2 / tfjs': tfjsTwo,
      '1 / jax-js': by(minima['jax-js'])[0],
    };
  });
}

/** The models whose names are listed, separated by commas; all if there is no list. */
export function chosen<T>(models: Readonly<Record<string, T>>, list: string | undefined): Record<string, T> {
  const names = list?.split(',') ?? Object.keys(models);
  return Object.fromEntries(
    names.map((name) => {
      if (models[name] === undefined) {
        throw new Error(`There is no model "${name}". Models: ${Object.keys(models).join(', ')}.`);
      }
      return [name, models[name]];
    }),
  );
}
