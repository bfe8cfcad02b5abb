import type { Tensor } from '@tensorflow/tfjs-core';
import type { RandomStream } from 'tfjs-generative';
import * as sets from '../data/point-sets.js';
import type { Experiment } from '../experiment/experiment.js';

/** Draws n points of an experiment's data, `[n, 2]`. */
export function drawData({ data, points = [] }: Experiment, n: number, random: RandomStream): Tensor {
  return sets[data](n, random, points);
}
