import * as tf from '@tensorflow/tfjs-core'; import '@tensorflow/tfjs-backend-cpu';
await tf.setBackend('cpu');
const y = tf.engine().runKernel('_FusedMatMul', { a: tf.zeros([1,0,3]), b: tf.zeros([1,3,4]), bias: tf.zeros([4]) }, { transposeA: false, transposeB: false, activation: 'leakyrelu', leakyreluAlpha: .2 });
console.log(y.shape);
