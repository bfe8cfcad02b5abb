import type { Tensor } from '@tensorflow/tfjs-core';
import type { RandomStream } from 'tfjs-generative';
import type { Point } from '../experiment/points.js';

/** Draws n points, `[n, 2]`. */
type Draw = (n: number, random: RandomStream) => Tensor;
/** Draws n points from a list, `[n, 2]`. */
type DrawFrom = (n: number, random: RandomStream, points: readonly Point[]) => Tensor;

export const moons: Draw;
export const roll: Draw;
export const ring: Draw;
export const grid: Draw;
export const drawn: DrawFrom;
export const csv: DrawFrom;
/** The classes of the points that a set draws from the same stream, int32 `[n]`. */
export const moonsClasses: Draw;
export const ringClasses: Draw;
export const gridClasses: Draw;
