import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, test } from 'vitest';
import { checkPriorLaws, priors } from './priors.js';

beforeEach(() => {
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
});

test.each(priors.filter(({ least = 1 }) => least === 1))(
  '$name keeps the laws that checkPrior checks, in one dimension',
  ({ make }) => checkPriorLaws(make(1).prior, 1),
);
