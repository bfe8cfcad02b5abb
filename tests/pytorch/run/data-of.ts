import * as tf from '@tensorflow/tfjs-core';
import type { Batch, BatchData } from '../../../src/index.js';
import { feedsOf } from '../../record/compare-step.js';

/** The examples of several batches as one data set. */
export function dataOf(made: readonly Batch[]): BatchData {
  const feeds = made.map(feedsOf);
  const joined = (name: string): tf.Tensor => tf.concat(feeds.map((feed) => feed[name]!));
  return feeds[0]!['condition'] ? { x: joined('x'), condition: joined('condition') } : joined('x');
}
