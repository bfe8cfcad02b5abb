import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { startBackendFor } from '../backend/start-backend.js';
import { sentence, wrongKind } from '../tensor/errors.js';
import { enableWasmTraining, type WasmTrainingOptions, type WasmTrainingReport } from './enable-wasm-training.js';

/** Where the three binaries of `@tensorflow/tfjs-backend-wasm` are: the folder that has them, or the address of each by its name. */
export type WasmPaths =
  | string
  | {
      readonly [
        Name in 'tfjs-backend-wasm.wasm' | 'tfjs-backend-wasm-simd.wasm' | 'tfjs-backend-wasm-threaded-simd.wasm'
      ]?: string;
    };

/** Options of {@link startWasm}. */
export interface StartWasmOptions extends WasmTrainingOptions {
  /**
   * Where tfjs's binaries are. In Node they are found without it; in a page, unless they lie beside its script. Of several
   * addresses, the one of `tfjs-backend-wasm-simd.wasm` is needed; the others stand for engines without SIMD.
   */
  readonly paths?: WasmPaths | undefined;
}

/**
 * Starts tfjs's wasm backend, able to train, and ends in it or throws: `enableWasmTraining`, then `startBackend('wasm')`.
 *
 * @param options - see {@link StartWasmOptions}
 * @returns resolves to the report of {@link enableWasmTraining}, once all that follows is computed on wasm
 * @throws (as rejections) TypeError or RangeError if an option is wrong; Error if the backend does not start: its message says
 *   what was seen, such as the address that answers 404 or the content policy that forbids WebAssembly. The backend that was in
 *   use before stays.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { startWasm } from 'tfjs-generative/wasm';
 *
 * const { threads } = await startWasm({ threads: 1 });
 * console.log(threads, tf.getBackend()); // 1 wasm
 * ```
 */
export async function startWasm({ paths, ...options }: StartWasmOptions = {}): Promise<WasmTrainingReport> {
  if (paths !== undefined) setPaths(paths);
  const report = await enableWasmTraining(options);
  await startBackendFor('startWasm', 'wasm', POLICY_OR_PATHS);
  return report;
}

const POLICY_OR_PATHS =
  "Say where tfjs's binaries are, startWasm({ paths }), and let the page's content policy allow 'wasm-unsafe-eval'.";

const SIMD = 'tfjs-backend-wasm-simd.wasm';
const NAMES = [SIMD, 'tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-threaded-simd.wasm'] as const;

function setPaths(paths: WasmPaths): void {
  const where = 'startWasm';
  const rule = `must be a folder's address, or { '${SIMD}': address }`;
  if (typeof paths !== 'string' && typeof (paths as Record<string, unknown> | null)?.[SIMD] !== 'string') {
    throw wrongKind({ where, argument: 'paths', rule, got: paths });
  }
  try {
    if (typeof paths === 'string') setWasmPaths(paths.endsWith('/') ? paths : `${paths}/`);
    // tfjs asks for all three, and loads one
    else setWasmPaths(Object.fromEntries(NAMES.map((name) => [name, paths[name] ?? paths[SIMD]!])));
  } catch (cause) {
    const seen = 'others after a start that failed';
    const fix = 'Load the page anew, or start the program again.';
    throw new Error(
      sentence({ where, argument: 'paths', rule: 'must be given before the backend first starts', seen, fix }),
      { cause },
    );
  }
}
