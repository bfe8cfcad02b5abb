export { fit, type FitCallbacks, type FitOptions, type History, type Logs } from './fit.js';
export type { Report } from './report.js';
export { train } from './train.js';
export type { TrainOptions } from './train-options.js';
