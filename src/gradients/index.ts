export { checkGradientsRegistered } from './check-registered.js';
export { elementwise } from './elementwise.js';
export { freeTape } from './free-tape.js';
export { erf } from './erf.js';
export { exp } from './exp.js';
export { sigmoid } from './sigmoid.js';
export { softplus } from './softplus.js';
export { tanh } from './tanh.js';
