/** The same steps in several programs, interleaved, each in a separate process. */
import { keepLeast, lastLineOf, lastLineOfOwn, type Minima, type Row, type Table } from '../report.js';
import { PATHS, type Path } from './path.js';
import type { Steps } from './step.js';

const OWN = 'bench/steps/step.ts';
type Times = Pick<Steps, 'times'>;
type Run = (model: string, steps: number, title: string) => Times | undefined;

const own =
  (threads: number, path: Path): Run =>
  (model, steps, title) =>
    lastLineOfOwn(OWN, [model, String(threads), String(steps), '0', path], title);
const torch =
  (threads: number): Run =>
  (model, steps, title) =>
    lastLineOf(
      process.env['PYTHON'] ?? 'python3',
      ['bench/steps/torch_step.py', model, String(threads), String(steps)],
      title,
    );

const nameOf = (path: Path, threads: number): string => `${path}, ${threads}`;
const ownOf = (threads: number): [string, Run][] => PATHS.map((path) => [nameOf(path, threads), own(threads, path)]);

/** In the order in which they run: those that are compared most run one after the other. */
const programs: Readonly<Record<string, Run>> = Object.fromEntries<Run>([
  ...ownOf(1),
  ['PyTorch, 1', torch(1)],
  ...ownOf(2),
  ['PyTorch, 2', torch(2)],
  // about ten times as slow
  ['tfjs alone', (model, steps, title) => own(0, 'narrow')(model, Math.max(1, Math.round(steps / 8)), title)],
  // it has only one of the models
  [
    'jax-js',
    (model, steps, title) =>
      model === 'vae'
        ? lastLineOf(process.execPath, ['bench/steps/jax-step.mjs', model, '1', String(Math.round(steps / 2))], title)
        : undefined,
  ],
]);
const columns = [1, 2].flatMap((threads) => PATHS.map((path) => nameOf(path, threads)));
const others = ['PyTorch, 1', 'PyTorch, 2', 'tfjs alone', 'jax-js'];

/** For each model, and each path that the engine has: the time on two threads over PyTorch's better one. */
export type Ratios = Readonly<Record<string, Readonly<Partial<Record<Path, number>>>>>;

/**
 * The shortest steps in milliseconds, and this library's divided by the others', for PyTorch by the better of its two.
 *
 * @param models - how many steps a process makes of each
 */
export function compareSteps(
  title: string,
  models: Readonly<Record<string, number>>,
  rounds: number,
): { readonly tables: readonly Table[]; readonly ratios: Ratios } {
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
  const times = [...results].map(([model, minima]): Row => ({ ms: model, ...pick(minima, [...columns, ...others]) }));
  const quotients = [...results].map(([model, minima]): Row => {
    const pytorch = pytorchOf(minima);
    const byPytorch = columns.map((column) => [`${column} / PyTorch`, quotient(minima[column], pytorch)]);
    const byOthers = {
      'narrow, 2 / tfjs': quotient(minima['narrow, 2'], minima['tfjs alone']),
      'narrow, 1 / jax-js': quotient(minima['narrow, 1'], minima['jax-js']),
    };
    return { ratio: model, ...(Object.fromEntries(byPytorch) as Row), ...byOthers };
  });
  const ratios: Record<string, Partial<Record<Path, number>>> = {};
  for (const [model, minima] of results) {
    const byPath: Partial<Record<Path, number>> = {};
    for (const path of PATHS) {
      const ratio = quotient(minima[nameOf(path, 2)], pytorchOf(minima));
      if (ratio !== undefined) byPath[path] = ratio;
    }
    ratios[model] = byPath;
  }
  const tables = [
    { title: `${title}, milliseconds`, rows: times },
    { title: `${title}, ratios`, rows: quotients },
  ];
  return { tables, ratios };
}

const pick = (minima: Minima, names: readonly string[]): Row =>
  Object.fromEntries(names.map((name) => [name, minima[name]]));

function pytorchOf(minima: Minima): number | undefined {
  const times = ['PyTorch, 1', 'PyTorch, 2'].map((name) => minima[name]).filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

const quotient = (time: number | undefined, other: number | undefined): number | undefined =>
  time === undefined || other === undefined ? undefined : time / other;

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
