/**
 * PyTorch in its fastest setting. A linked OpenBLAS uses its own thread for products of more than some tens of rows. That thread then
 * spins on a core, and later convolutions run at half their speed. One BLAS thread, or one that soon goes to sleep, fixes this
 * but slows dense networks, so no setting is the best for every model.
 */
import { lastLineOf, type Minima } from '../report.js';

const SETTINGS = {
  'as it is': {},
  'one BLAS thread': { OPENBLAS_NUM_THREADS: '1' },
  'BLAS timeout 4': { OPENBLAS_THREAD_TIMEOUT: '4' },
} as const;

interface Program {
  readonly name: string;
  readonly threads: 1 | 2;
  readonly setting: string;
  readonly run: (model: string, steps: number, title: string) => { readonly times: readonly number[] } | undefined;
}

/** PyTorch with one and two threads under each setting. */
export const torchPrograms: readonly Program[] = ([1, 2] as const).flatMap((threads) =>
  Object.entries(SETTINGS).map(([setting, environment]) => ({
    name: `PyTorch, ${threads}, ${setting}`,
    threads,
    setting,
    run: (model, steps, title) =>
      lastLineOf(
        process.env['PYTHON'] ?? 'python3',
        ['bench/steps/torch_step.py', model, String(threads), String(steps)],
        title,
        environment,
      ),
  })),
);

/** The shortest time of the programs with one number of threads, or of all programs. */
export function bestTorch(
  minima: Minima,
  threads?: 1 | 2,
): { readonly time: number; readonly program: Program } | undefined {
  return torchPrograms
    .filter((program) => threads === undefined || program.threads === threads)
    .flatMap((program) => {
      const time = minima[program.name];
      return time === undefined ? [] : [{ time, program }];
    })
    .reduce<{ time: number; program: Program } | undefined>(
      (best, one) => (best === undefined || one.time < best.time ? one : best),
      undefined,
    );
}
