/**
 * Measures of a model's samples: each returns a value and the protocol of the measurement.
 *
 * @packageDocumentation
 */

export type { Measurement } from './measurement.js';
export type { MeasureOptions } from './protocol.js';
export { alarmThreshold } from './alarm-threshold.js';
export { densityCoverage, type DensityCoverage } from './density-coverage.js';
export { frechetDistance } from './frechet-distance.js';
export { kernelDistance } from './kernel-distance.js';
export { logProbOfEach } from './log-prob-of-each.js';
export { modeCoverage, type ModeCoverage, type ModeCoverageOptions } from './mode-coverage.js';
export { nearestNeighbours, type NearestNeighbours, type NearestNeighboursOptions } from './nearest-neighbours.js';
export { precisionRecall, type NeighbourOptions, type PrecisionRecall } from './precision-recall.js';
export { rocAuc } from './roc-auc.js';
export { sharpness } from './sharpness.js';
