/**
 * The gradients of the operations that this library uses, for apps without `@tensorflow/tfjs`.
 *
 * @packageDocumentation
 */

export { registerGradients } from './register-gradients.js';
