/**
 * Models as files of ONNX, which other programs run without this library.
 *
 * @packageDocumentation
 */

export { saveOnnx, type OnnxInput, type SaveOnnxOptions } from './save-onnx.js';
