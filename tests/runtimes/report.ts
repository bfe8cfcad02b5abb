import type { Training } from './training.js';

/** What a runtime reports of its training. */
export interface Report extends Training {
  readonly threads?: number | undefined;
  /** The adapter of WebGPU, or why wasm has only one thread. */
  readonly note?: string | undefined;
  /** Why wasm has no wide vectors, although they were requested. */
  readonly narrow?: string | undefined;
  readonly seconds: number;
}

/** One runtime on one backend. */
export interface Case {
  readonly runtime: string;
  readonly backend: 'wasm' | 'webgpu';
  /** The threads that wasm must have. */
  readonly threads?: number;
  /** Trains there. Throws NotHere where the runtime cannot be had. */
  readonly run: () => Promise<{ readonly version: string; readonly report: Report }>;
}

/** A runtime, or what it needs, is not on this system. */
export class NotHere extends Error {
  override readonly name = 'NotHere';
}
