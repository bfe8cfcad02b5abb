import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-webgl';

if (!(await tf.setBackend('webgl'))) throw new Error('the webgl backend did not start in this browser');
await tf.ready();
if (tf.env().get('WEBGL_RENDER_FLOAT32_ENABLED') !== true) {
  throw new Error('this browser renders half floats only: the numbers of these tests need 32-bit floats');
}
