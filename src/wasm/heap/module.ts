import { shareMemory } from '../threads/shared-memory.js';
import type { InOrder } from './module-calls.generated.js';
import { MODULE } from './module.generated.js';
import { tilesBinary } from './tiles-binary.js';

/** The tiles with which the module multiplies; sums have the same order in all of them. */
export interface Tiles {
  /** Whether panels have 16 columns instead of 8; an engine may compute tiles of 16 with vectors of 256 bits. */
  readonly isWide: boolean;
  /**
   * Whether multiplications and additions are fused, with one rounding; this changes bits, which relaxed SIMD lets differ between machines.
   */
  readonly isFused: boolean;
}

/** The module's own tiles, of 128 bits. */
export const NARROW: Tiles = { isWide: false, isFused: false };

/** The parts from which an instance of the module on a memory is made, in this thread or in another. */
export interface ModuleParts {
  readonly module: WebAssembly.Module;
  readonly tiles: WebAssembly.Module;
  /** The numbers that the module imports in addition to the tiles. */
  readonly constants: Readonly<Record<'panelColumns' | 'importsNarrow', number>>;
}

/**
 * Compiles the module for a memory.
 *
 * @throws WebAssembly.CompileError in an engine without SIMD, or without relaxed SIMD for fused tiles
 */
export function compileModule({ isWide, isFused }: Tiles, isShared: boolean): ModuleParts {
  return {
    module: compile(bytesOf(MODULE), isShared),
    tiles: compileTiles(isFused, isShared),
    constants: { panelColumns: isWide ? 16 : 8, importsNarrow: Number(isFused) },
  };
}

/** Compiles only the tiles; throws as {@link compileModule} does. */
export function compileTiles(isFused: boolean, isShared: boolean): WebAssembly.Module {
  return compile(tilesBinary(isFused), isShared);
}

/**
 * Decodes a text in which each character stands for one byte, except that the last three stand for a multiple of 84 that is added to the
 * next byte. Gzipped, this is a tenth smaller than hexadecimal digits and a quarter smaller than base64.
 */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  let more = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 40;
    if (digit < 84) bytes.push(more + digit);
    more = digit < 84 ? 0 : 84 * (digit - 83);
  }
  return Uint8Array.from(bytes);
}

function compile(bytes: Uint8Array<ArrayBuffer>, isShared: boolean): WebAssembly.Module {
  // A module that imports a private memory cannot be linked to a shared one.
  if (isShared) shareMemory(bytes);
  return new WebAssembly.Module(bytes);
}

/** Some functions of the tiles: see tiles-binary.ts. */
export type TileFunctions = Readonly<
  Record<
    'sum8' | 'sum16',
    (inner: number, a: number, aRow: number, b: number, from: number, c: number, cRow: number) => void
  >
>;

/**
 * Makes an instance; helper-program.ts does the same in a helper.
 *
 * @throws WebAssembly.LinkError for a memory of another kind
 */
export function instantiate({ module, tiles, constants }: ModuleParts, memory: WebAssembly.Memory): InOrder<number> {
  const env = { memory };
  const { exports } = new WebAssembly.Instance(tiles, { env });
  return new WebAssembly.Instance(module, { env, tiles: { ...exports, ...constants } })
    .exports as unknown as InOrder<number>;
}
