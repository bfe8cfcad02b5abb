import { enableWasmTraining, type WasmTrainingReport } from '../../src/wasm/index.js';

/** How the module computes products: see docs/wasm.md. */
export const PATHS = ['narrow', 'wide', 'fused'] as const;
export type Path = (typeof PATHS)[number];

/**
 * Enables training on wasm with one of the paths.
 *
 * @throws Error if the engine does not support it
 */
export async function enablePath(threads: number, path: Path): Promise<WasmTrainingReport> {
  const report = await enableWasmTraining({ threads, wide: path !== 'narrow', fused: path === 'fused' });
  const { tiles, fused, reason } = report.arithmetic;
  if ((path !== 'narrow' && tiles !== 'wide') || (path === 'fused' && !fused)) {
    throw new Error(`no ${path} arithmetic: ${reason}`);
  }
  return report;
}
