export { checkGradientsRegistered } from './check-registered.js';
export { elementwise, erf, exp, sigmoid, softplus, tanh } from './elementwise.js';
export { freeAsItGoes } from './free-as-it-goes.js';
export { freeTape } from './free-tape.js';
export { saveByReference } from './save-by-reference.js';
export { refusingFor } from './mend-saved.js';
export { record, type Recording } from './record.js';
export { repairGradients } from './repair.js';
