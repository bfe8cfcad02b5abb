export type { Measurement } from './measurement.js';
export { sharpness } from './sharpness.js';
