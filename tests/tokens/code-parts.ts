import { createRandom, mlp } from '../../src/index.js';
import type { ModelKind } from '../../src/model/index.js';
import type { Part } from '../../src/nets/network.js';
import {
  createCodebook,
  createCodePrior,
  createQuantizedEncoder,
  createTokenModel,
  finiteScalarQuantizer,
  transformer,
} from '../../src/tokens/index.js';

const random = createRandom(3);
const levels = () => finiteScalarQuantizer({ levels: [3, 2] });
const codebook = () => createCodebook({ codes: 6, size: 2, random });

/** Parts of a VAE of codes, for latents of two numbers. */
export const codeParts: Readonly<Record<string, () => readonly [ModelKind, Part]>> = {
  'quantizer of levels': () => ['quantizer', levels()],
  codebook: () => ['quantizer', codebook()],
  'encoder of codes': () => [
    'quantizedEncoder',
    createQuantizedEncoder(mlp({ sizes: [4, 2], random }), { quantizer: codebook() }),
  ],
  'prior of codes': () => {
    const size = { tokens: 6, length: 1 };
    const model = createTokenModel(transformer({ ...size, width: 4, heads: 2, layers: 1, random }), size);
    return ['codePrior', createCodePrior(model, { quantizer: levels(), shape: [1, 2] })];
  },
};
