import { test } from 'vitest';
import { createRandom } from '../../src/index.js';
import { checkTokenModel } from '../../src/testing/index.js';
import { createMaskedModel } from '../../src/tokens/index.js';
import { asTensor, randomTransformer } from './small.js';

// a block of one place draws nothing for its log-probability, which is exact
test.each([1, 2])(
  'a model of blocks of %i obeys the laws of token models: gradients, samples, known tokens, no leaks',
  async (block) => {
    const size = { tokens: 2, length: 4 };
    const network = randomTransformer({ ...size, causal: false, width: 2, heads: 1 }, 7);
    const model = createMaskedModel(network, { ...size, block });
    const indices = asTensor([[0, 1, 1, 0], [1, 1, 0, 0]]); // prettier-ignore
    await checkTokenModel(model, { indices, random: createRandom(3), exact: block === 1, samples: 5000 });
  },
);
