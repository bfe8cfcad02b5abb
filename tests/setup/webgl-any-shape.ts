import * as tf from '@tensorflow/tfjs-core';
import './webgl.js';

// One shader serves all shapes of an operation: they compile in half the time. Sums over an axis of more than 16,384 rows are wrong with
// it, in tfjs 4.22. `webgl-deep` and `npm run tool -- test:everywhere` have tfjs's default, a shader for each shape.
tf.env().set('WEBGL_USE_SHAPES_UNIFORMS', true);
