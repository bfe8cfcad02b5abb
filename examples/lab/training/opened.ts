import type { BatchSource } from 'tfjs-generative';
import type { Learner } from './learner.js';
import type { Measures, News } from './messages.js';
import type { Samples } from './painter.js';

/** What a run consists of besides the updates: it differs between points, pictures and words. */
export interface Opened {
  readonly learner: Learner;
  readonly source: BatchSource;
  /** The data, as the page shows them. */
  readonly shown: Pick<Extract<News, { kind: 'ready' }>, 'data' | 'pictures' | 'words'>;
  /** Measures samples after some updates, if they are measured; rejects with the reason of the signal if that is aborted before. */
  measure?(step: number, samples: Samples, signal?: AbortSignal): Promise<Measures>;
  /** Milliseconds between two measures. */
  readonly measureEvery?: number;
  dispose(): void;
}
