import { tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { RandomStream } from 'tfjs-generative';
import * as sets from '../../data/point-sets.js';
import type { Experiment } from '../../experiment/experiment.js';
import type { PointSet } from '../../experiment/pictures.js';

/** Draws n points of an experiment with points, `[n, 2]`. */
export function drawData({ data, points = [] }: Experiment, n: number, random: RandomStream): Tensor {
  // tidied here, so that the program shows what is drawn alone
  return tidy(() => sets[data as PointSet](n, random, points));
}

/** The classes of points that `drawData` draws from the same stream, int32 `[n]`; for data that have classes. */
export function drawClasses({ data }: Experiment, n: number, random: RandomStream): Tensor {
  return tidy(() => sets[`${data as 'moons' | 'ring' | 'grid'}Classes`](n, random));
}
