import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { startBackendFor } from '../backend/start-backend.js';
import { sentence, wrongKind } from '../tensor/errors.js';
import { optional, readOptions } from '../tensor/options.js';
import { enableWasmTraining, type WasmTrainingOptions, type WasmTrainingReport } from './enable-wasm-training.js';
import { addressOf } from './start/address.js';
import { threadsInUse } from './start/enable-threads.js';

/** Where the binaries of `@tensorflow/tfjs-backend-wasm` are: the folder that has them, or the address of each by its name. */
export type WasmPaths =
  | string
  | URL
  | {
      readonly [
        Name in 'tfjs-backend-wasm.wasm' | 'tfjs-backend-wasm-simd.wasm' | 'tfjs-backend-wasm-threaded-simd.wasm'
      ]?: string | URL;
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
 *   what was seen, such as the address that answers 404 or the content security policy that forbids WebAssembly, and what to do. The
 *   backend that was in use before stays, and a second call may give other paths.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { startWasm } from 'tfjs-generative/wasm';
 *
 * const { threads } = await startWasm({ threads: 1 });
 * console.log(threads, tf.getBackend()); // 1 wasm
 * ```
 */
export async function startWasm(options: StartWasmOptions = {}): Promise<WasmTrainingReport> {
  const { paths, ...training } = readOptions('startWasm', options, {
    paths: optional,
    threads: optional,
    helper: optional,
    wide: optional,
    fused: optional,
  });
  if (paths !== undefined) setPaths(paths);
  const report = await enableWasmTraining(training);
  await startBackendFor('startWasm', 'wasm');
  return report.threads === 1 ? report : { ...report, ...threadsInUse() };
}

const SIMD = 'tfjs-backend-wasm-simd.wasm';
const NAMES = [SIMD, 'tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-threaded-simd.wasm'] as const;
type Name = (typeof NAMES)[number];
const RULES = { [NAMES[0]]: optional, [NAMES[1]]: optional, [NAMES[2]]: optional };

function setPaths(paths: WasmPaths): void {
  const where = 'startWasm';
  const addresses = addressesOf(where, paths);
  try {
    setWasmPaths(addresses);
  } catch (cause) {
    const seen = 'others after a start that tfjs gave up';
    const fix = 'Load the page anew, or start the program again.';
    throw new Error(sentence(where, 'paths', 'must be given before the backend first starts', { seen, fix }), {
      cause,
    });
  }
}

/** tfjs asks for all three, and loads one. A folder gives three too: tfjs prefers the addresses of an earlier call to a folder. */
function addressesOf(where: string, paths: WasmPaths): Record<Name, string> {
  const argument = 'paths';
  if (typeof paths === 'string' || paths instanceof URL) {
    const folder = addressOf(where, argument, paths).replace(/[^/]$/, '$&/');
    return Object.fromEntries(NAMES.map((name) => [name, folder + name])) as Record<Name, string>;
  }
  const rule = `must be a folder's address, or { '${SIMD}': address }`;
  if (paths?.[SIMD] === undefined) throw wrongKind(where, argument, rule, { got: paths });
  const names = readOptions(where, paths, RULES, argument);
  return Object.fromEntries(
    NAMES.map((name) => [name, addressOf(where, `${argument}['${name}']`, names[name] ?? paths[SIMD])]),
  ) as Record<Name, string>;
}
