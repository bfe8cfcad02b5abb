import type { BatchSource } from 'tfjs-generative';
import type { Learner } from './learner.js';
import type { Measures, News } from './messages.js';
import type { Samples } from './painter.js';

/** What a run consists of besides the updates: it differs between points and pictures. */
export interface Opened {
  readonly learner: Learner;
  readonly source: BatchSource;
  /** The data, as the page shows them. */
  readonly shown: Pick<Extract<News, { kind: 'ready' }>, 'data' | 'pictures'>;
  /** Measures samples after some updates; rejects with the reason of the signal if that is aborted before. */
  measure(step: number, samples: Samples, signal?: AbortSignal): Promise<Measures>;
  /** Milliseconds between two measures. */
  readonly measureEvery: number;
  dispose(): void;
}
