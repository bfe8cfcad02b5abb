const LATENTS = 'Draw latents here or in your program, and pass them to the exported decoder as `z`.';
const NETWORK = 'Export its network: saveOnnx(network).';
const BLOCKS = 'Export the network of each block.';
const LOGITS = 'Export its network, which gives the logits of the next token, and sample in a loop.';

/** What cannot be exported, by the functions that make it, and the way around it. */
export const refusals: ReadonlyMap<string, string> = new Map([
  ['createCodebook', NETWORK],
  ['createCodePrior', LOGITS],
  ['createConditionalPrior', NETWORK],
  ['createFlowPrior', LATENTS],
  ['createHierarchicalEncoder', BLOCKS],
  ['createHierarchicalPrior', BLOCKS],
  ['createMaskedModel', LOGITS],
  ['createMixturePrior', LATENTS],
  ['createQuantizedEncoder', NETWORK],
  ['createTokenModel', LOGITS],
  ['createVampPrior', LATENTS],
  ['finiteScalarQuantizer', NETWORK],
]);
