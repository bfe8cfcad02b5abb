import type { Training } from './training.js';

/** What a runtime reports of its training. */
export interface Report extends Training {
  readonly threads?: number | undefined;
  /** The adapter of WebGPU, or why wasm has one thread only. */
  readonly note?: string | undefined;
  readonly seconds: number;
}
