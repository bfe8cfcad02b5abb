import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { startBackendFor } from '../backend/start-backend.js';
import { sentence, wrongKind } from '../tensor/errors.js';
import { optional, readOptions } from '../tensor/options.js';
import { install, trainingRules, type WasmReport, type WasmTrainingOptions } from './enable-wasm-training.js';
import { addressOf } from './start/address.js';
import { threadsInUse } from './start/enable-threads.js';

/** Where the binaries of `@tensorflow/tfjs-backend-wasm` are: their folder, or the address of each by its name. */
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
   * Where tfjs's binaries are. By default Node finds them, and a page does if they are next to its script. If you give addresses
   * by name, only `tfjs-backend-wasm-simd.wasm` is required; the others are never loaded.
   */
  readonly paths?: WasmPaths | undefined;
}

/**
 * Starts tfjs's wasm backend so that it can train, or throws: calls `enableWasmTraining`, then `startBackend('wasm')`.
 *
 * @param options - see {@link StartWasmOptions}
 * @returns resolves, once wasm is the backend in use, to how it runs; {@link enableWasmTraining} also lists the kernels
 * @throws (as rejections) TypeError or RangeError if an option is wrong; Error if the backend does not start: its message says what went
 *   wrong, such as an address that answers 404 or a content security policy that forbids WebAssembly, and what to do. The previous
 *   backend stays in use, and a second call may give other paths.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { startWasm } from 'tfjs-generative/wasm';
 *
 * const { threads } = await startWasm({ threads: 1 });
 * console.log(threads, tf.getBackend()); // 1 wasm
 * ```
 */
export async function startWasm(options: StartWasmOptions = {}): Promise<WasmReport> {
  const where = 'startWasm';
  const { paths, ...training } = readOptions(where, options, { paths: optional, ...trainingRules });
  if (paths !== undefined) setPaths(where, paths);
  const { threads, reason, arithmetic } = await install(where, training);
  await startBackendFor(where, 'wasm');
  return { ...(threads === 1 ? { threads, ...(reason && { reason }) } : threadsInUse(where)), arithmetic };
}

const SIMD = 'tfjs-backend-wasm-simd.wasm';
const NAMES = [SIMD, 'tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-threaded-simd.wasm'] as const;
type Name = (typeof NAMES)[number];
const RULES = { [NAMES[0]]: optional, [NAMES[1]]: optional, [NAMES[2]]: optional };

function setPaths(where: string, paths: WasmPaths): void {
  const addresses = addressesOf(where, paths);
  try {
    setWasmPaths(addresses);
  } catch (cause) {
    const seen = 'others after a start that tfjs gave up';
    const fix = 'Reload the page, or restart the program.';
    throw new Error(sentence(where, 'paths', 'must be given before the backend first starts', { seen, fix }), {
      cause,
    });
  }
}

/**
 * tfjs asks for all three, and loads one. A folder also gives three addresses: tfjs prefers the addresses of an earlier call to a folder.
 */
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
