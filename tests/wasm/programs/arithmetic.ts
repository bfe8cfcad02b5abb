/**
 * Asks for wide and fused arithmetic before the backend starts, and for something else afterwards, and prints the reports as JSON. A
 * program of its own, since a flag of V8 is for the whole process.
 */
import * as tf from '@tensorflow/tfjs';
import { enableWasmTraining, type WasmTrainingOptions } from '../../../src/wasm/index.js';

const report = async (options: WasmTrainingOptions): Promise<unknown> =>
  (await enableWasmTraining({ threads: 1, ...options })).arithmetic;

const asked = await report({ wide: true, fused: true });
const again = await report({});
await tf.setBackend('wasm');
const product = tf.matMul(tf.ones<tf.Rank.R2>([20, 30]), tf.ones<tf.Rank.R2>([30, 40]));
const late = await report({ wide: false, fused: false });
process.stdout.write(`\n${JSON.stringify({ asked, again, late, product: (await product.data())[799] })}\n`);
process.exit(0);
