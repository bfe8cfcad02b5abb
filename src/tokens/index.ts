/**
 * Sequences of tokens: characters, notes, categories, and pictures as codes. Two kinds of models, which write from left to right or fill in
 * blanks, and quantizers, which turn the latents of a VAE into codes.
 *
 * @packageDocumentation
 */
export { bitsPerToken, type Bits, type BitsOptions } from './bits-per-token.js';
export { characters, type Characters, type PatternOptions } from './characters.js';
export { continueTokens, type ContinueOptions } from './continue-tokens.js';
export { createMaskedModel, type MaskedModelOptions } from './masked-model.js';
export { createTokenModel, type TokenModel, type TokenModelOptions } from './token-model.js';
export { createTokenTrainer, type TokenTrainerOptions } from './token-trainer.js';
export { transformer, type TransformerOptions } from './transformer.js';
export { padSequences, windows, type TokenData, type Tokens } from './windows.js';
export type { NextLogits, TokenNetwork } from './token-network.js';
export type { TokenProgress, TokenSampleOptions } from './sampling/sample-options.js';
export type { TokenSampler } from './sampling/token-sampler.js';
export { createCodePrior, sampleCodes, type CodePrior, type CodePriorOptions } from './code-prior.js';
export { codeUsage, type CodeUsage } from './quantizers/code-usage.js';
export { codeVerdicts } from './quantizers/code-verdicts.js';
export { createCodebook, type CodebookOptions } from './quantizers/codebook.js';
export { finiteScalarQuantizer } from './quantizers/finite-scalar-quantizer.js';
export { createQuantizedEncoder, type QuantizedEncoder } from './quantizers/quantized-encoder.js';
export type { Quantized, Quantizer } from './quantizers/quantizer.js';
export { uniformCodes, type CodeDensity } from './quantizers/uniform-codes.js';
