/** The same steps in several programs, interleaved, each in a separate process. */
import { keepLeast, lastLineOf, lastLineOfOwn, type Minima, type Row, type Table } from '../report.js';
import { PATHS, type Path } from './path.js';
import type { Steps } from './step.js';
import { bestTorch, torchPrograms } from './torch.js';

const OWN = 'bench/steps/step.ts';
type Times = Pick<Steps, 'times'> & Partial<Steps>;
type Run = (model: string, steps: number, title: string) => Times | undefined;

const own =
  (threads: number, path: Path): Run =>
  (model, steps, title) =>
    lastLineOfOwn(OWN, [model, String(threads), String(steps), '0', path], title);
const nameOf = (path: Path, threads: number): string => `${path}, ${threads}`;
const ownOf = (threads: number): [string, Run][] => PATHS.map((path) => [nameOf(path, threads), own(threads, path)]);

/** In the order in which they run; those that are compared most often run one after the other. */
const programs: Readonly<Record<string, Run>> = Object.fromEntries<Run>([
  ...([1, 2] as const).flatMap((threads): [string, Run][] => [
    ...ownOf(threads),
    ...torchPrograms.filter((one) => one.threads === threads).map(({ name, run }): [string, Run] => [name, run]),
  ]),
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
const others = ['tfjs alone', 'jax-js'];

/** For each model, and each path of the engine: the time on two threads divided by that of PyTorch's fastest of six settings. */
export type Ratios = Readonly<Record<string, Readonly<Partial<Record<Path, number>>>>>;

/** Options of a comparison: which programs run, and a callback for each result. */
export interface Watcher {
  readonly isWanted?: (program: string) => boolean;
  readonly heard?: (model: string, measured: Times) => void;
}

/**
 * The shortest steps in milliseconds, and this library's divided by the others', with the fastest of PyTorch's six settings; all times of
 * PyTorch are in a separate table. Warns of programs that are no faster with two threads than with one.
 *
 * @param models - how many steps a process makes of each
 */
export function compareSteps(
  title: string,
  models: Readonly<Record<string, number>>,
  rounds: number,
  { isWanted = () => true, heard }: Watcher = {},
): { readonly tables: readonly Table[]; readonly ratios: Ratios } {
  const results = new Map<string, Minima>();
  const cannot = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    for (const [model, steps] of Object.entries(models)) {
      const minima = results.get(model) ?? {};
      results.set(model, minima);
      for (const [program, run] of Object.entries(programs)) {
        const title = `${program}: ${model}`;
        if (cannot.has(title) || !isWanted(program)) continue;
        const measured = run(model, steps, title);
        const times = measured?.times;
        if (measured !== undefined) heard?.(model, measured);
        if (times === undefined) cannot.add(title);
        else keepLeast(minima, program, Math.min(...times));
      }
    }
  }
  for (const [model, minima] of results) warnOfIdleThreads(model, minima);
  const times = [...results].map(([model, minima]): Row => ({
    ms: model,
    ...pick(minima, columns),
    'PyTorch, 1': bestTorch(minima, 1)?.time,
    'PyTorch, 2': bestTorch(minima, 2)?.time,
    ...pick(minima, others),
  }));
  const torch = [...results].map(([model, minima]): Row => {
    const best = bestTorch(minima)?.program;
    const times = torchPrograms.map(({ name, threads, setting }) => [`${threads}, ${setting}`, minima[name]]);
    return {
      'PyTorch, ms': model,
      ...(Object.fromEntries(times) as Row),
      best: best && `${best.threads}, ${best.setting}`,
    };
  });
  const quotients = [...results].map(([model, minima]): Row => {
    const pytorch = bestTorch(minima)?.time;
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
      const ratio = quotient(minima[nameOf(path, 2)], bestTorch(minima)?.time);
      if (ratio !== undefined) byPath[path] = ratio;
    }
    ratios[model] = byPath;
  }
  const tables = [
    { title: `${title}, milliseconds`, rows: times },
    { title: `${title}, PyTorch under each setting`, rows: torch },
    { title: `${title}, ratios`, rows: quotients },
  ];
  return { tables, ratios };
}

const pick = (minima: Minima, names: readonly string[]): Row =>
  Object.fromEntries(names.map((name) => [name, minima[name]]));

/** If two threads gain nothing, a thread may be waiting, or taking a core from another: then a comparison is unfair. */
function warnOfIdleThreads(model: string, minima: Minima): void {
  for (const [name, two] of Object.entries(minima)) {
    const one = minima[name.replace(', 2', ', 1')];
    if (!name.includes(', 2') || one === undefined || two === undefined || two < one) continue;
    process.stderr.write(
      `${model}: two threads are no faster than one in "${name.replace(', 2', '')}": ${two.toFixed(2)} and ${one.toFixed(2)} ms\n`,
    );
  }
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
