/**
 * Measures of what a model gives: each a value, and the protocol by which it was measured.
 *
 * @packageDocumentation
 */

export type { Measurement } from './measurement.js';
export { sharpness } from './sharpness.js';
