// The module works on tfjs's own heap, which it imports. It has no state: callers pass addresses and scratch space.
export { adamStep, nextMoment, squaresAreFinite } from './adam-step';
export { attention, attentionGradient, attentionGradientScratch, attentionScratch } from './attention-heads';
export { broadcast } from './broadcast';
export {
  convolve,
  convolveScratch,
  convolveToFew,
  convolveToFewScratch,
  filterPanelBytes,
  packFilter,
  transposeFilter,
} from './window-convolution';
export { Convolution } from './convolution';
export { copyRows } from './copies';
export { depthwiseFilterGradient, depthwiseInputGradient } from './depthwise';
export { multiplyFewRows } from './few-rows';
export {
  addNumbers,
  filterGradient,
  filterGradientOfFew,
  filterGradientOfFewScratch,
  filterGradientScratch,
} from './window-filter-gradient';
export {
  inputGradient,
  inputGradientOfFew,
  inputGradientOfFewScratch,
  inputGradientScratch,
  packTransposedFilter,
  transposedPanelBytes,
} from './window-input-gradient';
export { normals, uniforms } from './normal';
export { columnSquares, factorsOf, groupFactors, groupMeans, normalizeExamples, scaleAndShift } from './normalization';
export { combineGradient, gradientFactors, normalizeGradient, slopeSums } from './normalization-gradient';
export { normalizeRows, normalizeRowsGradient } from './row-normalization';
export { multiplyThin } from './thin';
export { jointLogProb } from './joint-log-prob';
export { maxPool } from './pooling';
export { multiply, multiplyScratch, Product } from './products';
export { addSegments } from './segments';
export { softmaxGradient } from './softmax';
export { addRows, columnSums, columnSumsOfEach, rowSums } from './sums';
export { limit, slope, unary, unaryGradient, unaryScratch } from './unary';
export { winograd, winogradScratch } from './winograd-convolution';
export { packWinogradFilter, packWinogradScratch } from './winograd-filter';
export { winogradFilterGradient, winogradFilterGradientScratch } from './winograd-filter-gradient';
export { winogradPanelBytes } from './winograd-tiles';
