// Made by npm run tool -- assembly of src/wasm/assembly/index.ts. Do not edit.

type Numbers<Name extends string> = Readonly<Record<Name, number>>;
type Flags<Name extends string> = Readonly<Record<Name, boolean>>;

/** The functions of the module. Addresses are numbers as sizes are; where there may be nothing, such as no bias, it is 0. */
export type ModuleCalls = {
  /**
   * One step of Adam for n numbers: newVariable = variable kept - mean rate / (sqrt(square scale) + epsilon), where mean and
   * square are the next moments, or 0 where those are smaller than `least`. It reads the old moments and writes new ones.
   */
  adamStep(job: Numbers<'variable' | 'gradient' | 'mean' | 'square' | 'newVariable' | 'newMean' | 'newSquare' | 'n' | 'meanShare' | 'meanKeep' | 'meanPull' | 'squareShare' | 'squareKeep' | 'squarePull' | 'rate' | 'scale' | 'epsilon' | 'kept' | 'least'>): void;
  /** target += source, over n numbers: joins partial sums of a gradient. */
  addNumbers(job: Numbers<'target' | 'source' | 'n'>): void;
  /** y = factor * the sum of rows of n numbers, in order; y may be the first row. */
  addRows(job: Numbers<'x' | 'y' | 'rows' | 'n' | 'factor'>): void;
  /**
   * y[segment] = the sum of the rows of x that have this segment, in order. The rows of x and y have n numbers and begin
   * `stride` numbers apart; rows whose segment is negative or too large are left out.
   */
  addSegments(job: Numbers<'x' | 'segments' | 'y' | 'rows' | 'count' | 'stride' | 'n'>): void;
  attention(job: Numbers<'x' | 'weights' | 'y' | 'first' | 'count' | 'tokens' | 'heads' | 'size' | 'scratch'> & Flags<'causal'>): void;
  /** The gradient dx of {@link attention} from its weights and dy, which has the shape of y. */
  attentionGradient(job: Numbers<'x' | 'weights' | 'dy' | 'dx' | 'first' | 'count' | 'tokens' | 'heads' | 'size' | 'scratch'> & Flags<'causal'>): void;
  /** Bytes of scratch for {@link attentionGradient}. */
  attentionGradientScratch(job: Numbers<'tokens' | 'size'>): number;
  /** Bytes of scratch for {@link attention}. */
  attentionScratch(job: Numbers<'tokens' | 'size'>): number;
  /**
   * y = x + row, x * row, or the larger or smaller of both (operations 0 to 3), for contiguous matrices, each with `rows` rows of n
   * numbers. From one matrix to the next, `row` advances by `stride` numbers, n or 0.
   */
  broadcast(job: Numbers<'operation' | 'x' | 'row' | 'y' | 'matrices' | 'rows' | 'n' | 'stride'>): void;
  /** sums[c] = the sum over the rows of (x - means[c])^2. */
  columnSquares(job: Numbers<'x' | 'means' | 'sums' | 'rows' | 'channels'>): void;
  /** y[column] = the sum over the rows of a `[rows, columns]` matrix. */
  columnSums(job: Numbers<'x' | 'y' | 'rows' | 'columns'>): void;
  /** The column sums of contiguous matrices, times a factor. */
  columnSumsOfEach(job: Numbers<'x' | 'y' | 'matrices' | 'rows' | 'columns' | 'factor'>): void;
  /** dx = factors dy - (x - means) pulls - shifts */
  combineGradient(job: Numbers<'x' | 'dy' | 'means' | 'factors' | 'pulls' | 'shifts' | 'dx' | 'rows' | 'channels'>): void;
  /**
   * y = activation(x * filter + bias): the windows of a block of pixels are copied into panels and multiplied.
   *
   * @param first - the first of the `rows` rows of outputs, counted over all images
   */
  convolve(job: Numbers<'conv' | 'x' | 'packed' | 'y' | 'first' | 'rows' | 'bias' | 'negativeSlope' | 'scratch'>): void;
  /** Bytes of scratch for {@link convolve}. */
  convolveScratch(job: Numbers<'conv' | 'rows'>): number;
  /**
   * The same for so few output channels that they fill less than half of a panel: dot products of windows and filters.
   *
   * @param packed - the filter, transposed to `[outChannels, height, width, channels]`
   * @param first - the first of the `rows` rows of outputs, counted over all images
   */
  convolveToFew(job: Numbers<'conv' | 'x' | 'packed' | 'y' | 'first' | 'rows' | 'bias' | 'negativeSlope' | 'scratch'>): void;
  /** Bytes of scratch for {@link convolveToFew}. */
  convolveToFewScratch(job: Numbers<'conv' | 'rows'>): number;
  /**
   * Copies rows of n numbers of 32 bits each, out of a wider matrix or into one. The strides from one row to the next are
   * counted in numbers.
   */
  copyRows(job: Numbers<'from' | 'fromStride' | 'to' | 'toStride' | 'rows' | 'n'>): void;
  /**
   * The gradient with respect to the filter, from `count` rows of the output from row `begin`, counted over all images: one row
   * at a time, which stays in the cache for all taps.
   */
  depthwiseFilterGradient(job: Numbers<'conv' | 'x' | 'dy' | 'dw' | 'begin' | 'count'>): void;
  /**
   * The gradient with respect to the input, for `count` rows of its images from row `begin`, counted over all images. Each pixel
   * gathers from the taps that met it, so that its sums stay in registers.
   */
  depthwiseInputGradient(job: Numbers<'conv' | 'dy' | 'filter' | 'dx' | 'begin' | 'count'>): void;
  /** factors[c] = scale[c] / sqrt(variances[c] + epsilon) */
  factorsOf(job: Numbers<'scale' | 'variances' | 'factors' | 'channels' | 'epsilon'>): void;
  /**
   * dw, summed over some pixels: windows transposed, times dy.
   *
   * @param first - the first of the `rows` rows of outputs, counted over all images
   * @param from - the first of the `count` output channels whose gradient is computed
   */
  filterGradient(job: Numbers<'conv' | 'x' | 'dy' | 'dw' | 'first' | 'rows' | 'from' | 'count' | 'scratch'>): void;
  /**
   * The same for few output channels: each window, times a number of dy, is added to the sum.
   *
   * @param first - the first of the `rows` rows of outputs, counted over all images
   * @param from - the first of the `count` numbers of each row of the filter whose gradient is computed
   */
  filterGradientOfFew(job: Numbers<'conv' | 'x' | 'dy' | 'dw' | 'first' | 'rows' | 'from' | 'count' | 'scratch'>): void;
  /** Bytes of scratch for {@link filterGradientOfFew}. */
  filterGradientOfFewScratch(job: Numbers<'conv' | 'rows' | 'count'>): number;
  /** Bytes of scratch for {@link filterGradient}. */
  filterGradientScratch(job: Numbers<'conv' | 'rows' | 'count'>): number;
  /** Bytes of a filter `[height, width, channels, outChannels]` as panels. */
  filterPanelBytes(job: Numbers<'conv'>): number;
  /**
   * The coefficients of one example's gradient dx = factors dy - (x - means) pulls - shifts, from slopeSums; and its share
   * of the gradients of scale and offset, to which the previous dScale and dOffset are added unless `added` is 0.
   */
  gradientFactors(job: Numbers<'slopes' | 'products' | 'scale' | 'variances' | 'shifts' | 'pulls' | 'dScale' | 'dOffset' | 'added' | 'rows' | 'channels' | 'size' | 'epsilon'>): void;
  /** variances[c] = the mean of the channels' sums of squares in the group of c, and factors[c] = scale[c] / sqrt(variances[c] + epsilon). */
  groupFactors(job: Numbers<'sums' | 'scale' | 'variances' | 'factors' | 'rows' | 'channels' | 'size' | 'epsilon'>): void;
  /** means[c] = the mean of the group of c, from the sums of the channels over all rows. */
  groupMeans(job: Numbers<'sums' | 'means' | 'rows' | 'channels' | 'size'>): void;
  /**
   * dx: each output pixel's contribution, a product with the transposed filter, is added to the pixel's window.
   *
   * @param first - the first of the `rows` rows of dx, counted over all images
   */
  inputGradient(job: Numbers<'conv' | 'dy' | 'packed' | 'dx' | 'first' | 'rows' | 'scratch'>): void;
  /**
   * The same for few output channels, whose products are so short that they are added to the window directly.
   *
   * @param packed - the filter, transposed to `[outChannels, height, width, channels]`
   * @param first - the first of the `rows` rows of dx, counted over all images
   */
  inputGradientOfFew(job: Numbers<'conv' | 'dy' | 'packed' | 'dx' | 'first' | 'rows' | 'scratch'>): void;
  /** Bytes of scratch for {@link inputGradientOfFew}. */
  inputGradientOfFewScratch(job: Numbers<'conv' | 'rows'>): number;
  /** Bytes of scratch for {@link inputGradient}. */
  inputGradientScratch(job: Numbers<'conv' | 'rows'>): number;
  /**
   * y = logWeights[k] + log N(z; means[k], exp(logVariances[k])), `[rows, components]`, for `count` rows from row `begin`. Components are
   * packed by eights, so that eight squared distances are summed at once.
   *
   * @param scratch - has room for `unaryScratch` bytes and, for each component of a multiple of 8, 2 * size + 2 numbers
   */
  jointLogProb(job: Numbers<'z' | 'means' | 'logVariances' | 'logWeights' | 'y' | 'begin' | 'count' | 'size' | 'components' | 'scratch'>): void;
  /** y = x, limited to low ... high, for n numbers; NaN stays NaN of either sign. */
  limit(job: Numbers<'x' | 'y' | 'n' | 'low' | 'high'>): void;
  /**
   * y = the largest number in each window and channel, NaN where there is one, for `count` rows of outputs from row `begin`, counted over
   * all images. Padding is left out. x ends at `end`.
   */
  maxPool(job: Numbers<'conv' | 'x' | 'end' | 'y' | 'begin' | 'count'>): void;
  /**
   * c = activation(a b + bias)
   *
   * @param bias - for each column, or 0
   * @param negativeSlope - the factor of negative sums: 1 for no activation, 0 for relu
   */
  multiply(job: Numbers<'product' | 'bias' | 'negativeSlope' | 'scratch'>): void;
  /**
   * One product of few rows, c = activation(a b + bias): like `multiply` in products.ts, but b, whose rows are contiguous, is
   * read in place. Packing it would take longer than these products.
   */
  multiplyFewRows(job: Numbers<'product' | 'bias' | 'negativeSlope'>): void;
  /** Bytes of scratch for {@link multiply}. */
  multiplyScratch(job: Numbers<'rows' | 'columns' | 'inner'>): number;
  /**
   * c = activation(a b + bias) for contiguous matrices, `[rows, inner]` and `[inner, columns]`, with at most three products per sum and columns in
   * multiples of four: b is read in place. Sums begin with the bias or 0, in the order of the products, and are not fused.
   *
   * @param bias - for each column, or 0
   * @param negativeSlope - the factor of negative sums: 1 for no activation, 0 for relu
   */
  multiplyThin(job: Numbers<'a' | 'b' | 'bias' | 'c' | 'rows' | 'inner' | 'columns' | 'negativeSlope'>): void;
  /** The same for one number. */
  nextMoment(job: Numbers<'moment' | 'value' | 'share' | 'keep' | 'pull'>): number;
  /**
   * Normalises contiguous examples. `means` and `variances` get one number for each example and channel;
   * `scratch` has room for 2 * channels numbers.
   */
  normalizeExamples(job: Numbers<'x' | 'scale' | 'offset' | 'y' | 'means' | 'variances' | 'examples' | 'rows' | 'channels' | 'size' | 'epsilon' | 'scratch'>): void;
  /**
   * The gradients of normalizeExamples. dScale and dOffset are those of these examples; `scratch` has room for
   * 5 * channels numbers.
   */
  normalizeGradient(job: Numbers<'x' | 'dy' | 'scale' | 'means' | 'variances' | 'dx' | 'dScale' | 'dOffset' | 'examples' | 'rows' | 'channels' | 'size' | 'epsilon' | 'scratch'>): void;
  /** y = (x - mean) * scale / sqrt(variance + epsilon) + offset in each row, whose mean and variance are kept. */
  normalizeRows(job: Numbers<'x' | 'scale' | 'offset' | 'y' | 'means' | 'variances' | 'rows' | 'n' | 'epsilon'>): void;
  /** The gradients of {@link normalizeRows}: dx, and dScale and dOffset of these rows. */
  normalizeRowsGradient(job: Numbers<'x' | 'dy' | 'scale' | 'means' | 'variances' | 'dx' | 'dScale' | 'dOffset' | 'rows' | 'n' | 'epsilon'>): void;
  /**
   * Fills blocks of eight numbers: four times the radius and the sine, then the cosine. `state` has sixteen words, which
   * advance.
   */
  normals(job: Numbers<'state' | 'y' | 'blocks'>): void;
  /** Packs a filter for {@link convolve}. */
  packFilter(job: Numbers<'conv' | 'filter' | 'packed'>): void;
  /** Packs a filter for {@link inputGradient}, transposed. */
  packTransposedFilter(job: Numbers<'conv' | 'filter' | 'packed'>): void;
  /**
   * Transforms a filter and packs it for `winograd`, plane by plane.
   *
   * @param isBackward - whether it is for the gradient of the input: the filter of the forward pass, which is
   *   `[height, width, outChannels, channels]` as seen from here, is turned around and transposed
   * @param first - the first of the `count` channels of all phases to be packed; `count` is a multiple of 4
   */
  packWinogradFilter(job: Numbers<'conv' | 'filter' | 'panels' | 'first' | 'count' | 'scratch'> & Flags<'isBackward'>): void;
  /** Bytes of scratch for {@link packWinogradFilter}. */
  packWinogradScratch(): number;
  /** y[row] = factor * the sum over the n numbers of the row, for each row. */
  rowSums(job: Numbers<'x' | 'y' | 'rows' | 'n' | 'factor'>): void;
  /** y = (x - means) * factors + offset; means, factors and offset have one number for each channel. */
  scaleAndShift(job: Numbers<'x' | 'means' | 'factors' | 'offset' | 'y' | 'rows' | 'channels'>): void;
  /** dx = dy where y > 0, else dy negativeSlope, for n numbers; NaN where y is NaN: the gradient of relu or leakyRelu, from what it gave. */
  slope(job: Numbers<'dy' | 'y' | 'dx' | 'n' | 'negativeSlope'>): void;
  /** slopes[c] = the sum over the rows of dy, products[c] = that of dy (x - means[c]). */
  slopeSums(job: Numbers<'x' | 'dy' | 'means' | 'slopes' | 'products' | 'rows' | 'channels'>): void;
  /** dx = y (dy - sum dy y) in each row of n numbers. */
  softmaxGradient(job: Numbers<'y' | 'dy' | 'dx' | 'rows' | 'n'>): void;
  /** 1 if the squares of n numbers are finite, otherwise 0. */
  squaresAreFinite(job: Numbers<'x' | 'n'>): number;
  /** Transposes a filter for {@link convolveToFew}. */
  transposeFilter(job: Numbers<'conv' | 'filter' | 'packed'>): void;
  /** Bytes of a filter as the panels of {@link inputGradient}. */
  transposedPanelBytes(job: Numbers<'conv'>): number;
  /** y = f(x) for n numbers; f is exp, expm1, log1p, softplus, tanh, sqrt, 1 / sqrt(x), sigmoid, x sigmoid(x) or gelu, counted from 0. */
  unary(job: Numbers<'operation' | 'x' | 'y' | 'n' | 'scratch'>): void;
  /** dx = dy f'(x) for n numbers; f is x sigmoid(x) or gelu, operations 8 and 9 of {@link unary}. */
  unaryGradient(job: Numbers<'operation' | 'x' | 'dy' | 'dx' | 'n' | 'scratch'>): void;
  /** Bytes of scratch for {@link unary} and {@link unaryGradient}: the constants of math.ts, and the last numbers. */
  unaryScratch(): number;
  /** Fills blocks of four numbers, `low` + (`high` - `low`) u with u below 1; `last`, the largest below `high`, is where they are rounded to it. */
  uniforms(job: Numbers<'state' | 'y' | 'blocks' | 'low' | 'high' | 'last'>): void;
  /**
   * y = activation(x * filter + bias), or a gradient with respect to images, with channels in multiples of 8.
   *
   * @param first - the first of the `rows` rows of tiles, counted over all images
   */
  winograd(job: Numbers<'conv' | 'x' | 'panels' | 'y' | 'first' | 'rows' | 'bias' | 'negativeSlope' | 'scratch'>): void;
  /**
   * dw for channels in multiples of 8: transformed images and dy are packed as they are computed.
   *
   * @param first - the first of the `rows` rows of tiles, counted over all images
   * @param from - the first of the `count` channels whose gradient is computed, of those of all phases in a row; multiples of four
   */
  winogradFilterGradient(job: Numbers<'conv' | 'x' | 'dy' | 'dw' | 'first' | 'rows' | 'from' | 'count' | 'scratch'>): void;
  /** Bytes of scratch for {@link winogradFilterGradient}. */
  winogradFilterGradientScratch(job: Numbers<'conv' | 'rows' | 'count'>): number;
  /** Bytes of the planes of a filter as panels. */
  winogradPanelBytes(job: Numbers<'conv'>): number;
  /** Bytes of scratch for {@link winograd}. */
  winogradScratch(job: Numbers<'conv' | 'rows'>): number;
};

/** The name of a function of the module. */
export type ModuleFunction = keyof ModuleCalls;

/** The arguments of each function of the module. */
export type ModuleJobs = { readonly [Name in ModuleFunction]: NonNullable<Parameters<ModuleCalls[Name]>[0]> };

/** Functions that take arguments in the order of the sources, by their short names in the module, which are in the order of the long ones. */
export type InOrder<Result> = Readonly<
  Record<
    | 'a'
    | 'b'
    | 'c'
    | 'd'
    | 'e'
    | 'f'
    | 'g'
    | 'h'
    | 'i'
    | 'j'
    | 'k'
    | 'l'
    | 'm'
    | 'n'
    | 'o'
    | 'p'
    | 'q'
    | 'r'
    | 's'
    | 't'
    | 'u'
    | 'v'
    | 'w'
    | 'x'
    | 'y'
    | 'z'
    | 'aa'
    | 'ab'
    | 'ac'
    | 'ad'
    | 'ae'
    | 'af'
    | 'ag'
    | 'ah'
    | 'ai'
    | 'aj'
    | 'ak'
    | 'al'
    | 'am'
    | 'an'
    | 'ao'
    | 'ap'
    | 'aq'
    | 'ar'
    | 'as'
    | 'at'
    | 'au'
    | 'av'
    | 'aw'
    | 'ax'
    | 'ay'
    | 'az'
    | 'ba'
    | 'bb'
    | 'bc'
    | 'bd'
    | 'be'
    | 'bf'
    | 'bg'
    | 'bh'
    | 'bi'
    | 'bj'
    | 'bk'
    | 'bl'
    | 'bm'
    | 'bn'
    | 'bo',
    (...inOrder: (number | boolean)[]) => Result
  >
>;

/** Gives arguments by their names to functions that take them in order. */
// oxlint-disable-next-line max-lines-per-function -- a line for each function of the module
export function moduleCalls<Result>(functions: InOrder<Result>): { readonly [Name in ModuleFunction]: (...job: Parameters<ModuleCalls[Name]>) => Result } {
  return {
    adamStep: (job) => functions.a(job.variable, job.gradient, job.mean, job.square, job.newVariable, job.newMean, job.newSquare, job.n, job.meanShare, job.meanKeep, job.meanPull, job.squareShare, job.squareKeep, job.squarePull, job.rate, job.scale, job.epsilon, job.kept, job.least),
    addNumbers: (job) => functions.b(job.target, job.source, job.n),
    addRows: (job) => functions.c(job.x, job.y, job.rows, job.n, job.factor),
    addSegments: (job) => functions.d(job.x, job.segments, job.y, job.rows, job.count, job.stride, job.n),
    attention: (job) => functions.e(job.x, job.weights, job.y, job.first, job.count, job.tokens, job.heads, job.size, job.causal, job.scratch),
    attentionGradient: (job) => functions.f(job.x, job.weights, job.dy, job.dx, job.first, job.count, job.tokens, job.heads, job.size, job.causal, job.scratch),
    attentionGradientScratch: (job) => functions.g(job.tokens, job.size),
    attentionScratch: (job) => functions.h(job.tokens, job.size),
    broadcast: (job) => functions.i(job.operation, job.x, job.row, job.y, job.matrices, job.rows, job.n, job.stride),
    columnSquares: (job) => functions.j(job.x, job.means, job.sums, job.rows, job.channels),
    columnSums: (job) => functions.k(job.x, job.y, job.rows, job.columns),
    columnSumsOfEach: (job) => functions.l(job.x, job.y, job.matrices, job.rows, job.columns, job.factor),
    combineGradient: (job) => functions.m(job.x, job.dy, job.means, job.factors, job.pulls, job.shifts, job.dx, job.rows, job.channels),
    convolve: (job) => functions.n(job.conv, job.x, job.packed, job.y, job.first, job.rows, job.bias, job.negativeSlope, job.scratch),
    convolveScratch: (job) => functions.o(job.conv, job.rows),
    convolveToFew: (job) => functions.p(job.conv, job.x, job.packed, job.y, job.first, job.rows, job.bias, job.negativeSlope, job.scratch),
    convolveToFewScratch: (job) => functions.q(job.conv, job.rows),
    copyRows: (job) => functions.r(job.from, job.fromStride, job.to, job.toStride, job.rows, job.n),
    depthwiseFilterGradient: (job) => functions.s(job.conv, job.x, job.dy, job.dw, job.begin, job.count),
    depthwiseInputGradient: (job) => functions.t(job.conv, job.dy, job.filter, job.dx, job.begin, job.count),
    factorsOf: (job) => functions.u(job.scale, job.variances, job.factors, job.channels, job.epsilon),
    filterGradient: (job) => functions.v(job.conv, job.x, job.dy, job.dw, job.first, job.rows, job.from, job.count, job.scratch),
    filterGradientOfFew: (job) => functions.w(job.conv, job.x, job.dy, job.dw, job.first, job.rows, job.from, job.count, job.scratch),
    filterGradientOfFewScratch: (job) => functions.x(job.conv, job.rows, job.count),
    filterGradientScratch: (job) => functions.y(job.conv, job.rows, job.count),
    filterPanelBytes: (job) => functions.z(job.conv),
    gradientFactors: (job) => functions.aa(job.slopes, job.products, job.scale, job.variances, job.shifts, job.pulls, job.dScale, job.dOffset, job.added, job.rows, job.channels, job.size, job.epsilon),
    groupFactors: (job) => functions.ab(job.sums, job.scale, job.variances, job.factors, job.rows, job.channels, job.size, job.epsilon),
    groupMeans: (job) => functions.ac(job.sums, job.means, job.rows, job.channels, job.size),
    inputGradient: (job) => functions.ad(job.conv, job.dy, job.packed, job.dx, job.first, job.rows, job.scratch),
    inputGradientOfFew: (job) => functions.ae(job.conv, job.dy, job.packed, job.dx, job.first, job.rows, job.scratch),
    inputGradientOfFewScratch: (job) => functions.af(job.conv, job.rows),
    inputGradientScratch: (job) => functions.ag(job.conv, job.rows),
    jointLogProb: (job) => functions.ah(job.z, job.means, job.logVariances, job.logWeights, job.y, job.begin, job.count, job.size, job.components, job.scratch),
    limit: (job) => functions.ai(job.x, job.y, job.n, job.low, job.high),
    maxPool: (job) => functions.aj(job.conv, job.x, job.end, job.y, job.begin, job.count),
    multiply: (job) => functions.ak(job.product, job.bias, job.negativeSlope, job.scratch),
    multiplyFewRows: (job) => functions.al(job.product, job.bias, job.negativeSlope),
    multiplyScratch: (job) => functions.am(job.rows, job.columns, job.inner),
    multiplyThin: (job) => functions.an(job.a, job.b, job.bias, job.c, job.rows, job.inner, job.columns, job.negativeSlope),
    nextMoment: (job) => functions.ao(job.moment, job.value, job.share, job.keep, job.pull),
    normalizeExamples: (job) => functions.ap(job.x, job.scale, job.offset, job.y, job.means, job.variances, job.examples, job.rows, job.channels, job.size, job.epsilon, job.scratch),
    normalizeGradient: (job) => functions.aq(job.x, job.dy, job.scale, job.means, job.variances, job.dx, job.dScale, job.dOffset, job.examples, job.rows, job.channels, job.size, job.epsilon, job.scratch),
    normalizeRows: (job) => functions.ar(job.x, job.scale, job.offset, job.y, job.means, job.variances, job.rows, job.n, job.epsilon),
    normalizeRowsGradient: (job) => functions.as(job.x, job.dy, job.scale, job.means, job.variances, job.dx, job.dScale, job.dOffset, job.rows, job.n, job.epsilon),
    normals: (job) => functions.at(job.state, job.y, job.blocks),
    packFilter: (job) => functions.au(job.conv, job.filter, job.packed),
    packTransposedFilter: (job) => functions.av(job.conv, job.filter, job.packed),
    packWinogradFilter: (job) => functions.aw(job.conv, job.filter, job.panels, job.isBackward, job.first, job.count, job.scratch),
    packWinogradScratch: () => functions.ax(),
    rowSums: (job) => functions.ay(job.x, job.y, job.rows, job.n, job.factor),
    scaleAndShift: (job) => functions.az(job.x, job.means, job.factors, job.offset, job.y, job.rows, job.channels),
    slope: (job) => functions.ba(job.dy, job.y, job.dx, job.n, job.negativeSlope),
    slopeSums: (job) => functions.bb(job.x, job.dy, job.means, job.slopes, job.products, job.rows, job.channels),
    softmaxGradient: (job) => functions.bc(job.y, job.dy, job.dx, job.rows, job.n),
    squaresAreFinite: (job) => functions.bd(job.x, job.n),
    transposeFilter: (job) => functions.be(job.conv, job.filter, job.packed),
    transposedPanelBytes: (job) => functions.bf(job.conv),
    unary: (job) => functions.bg(job.operation, job.x, job.y, job.n, job.scratch),
    unaryGradient: (job) => functions.bh(job.operation, job.x, job.dy, job.dx, job.n, job.scratch),
    unaryScratch: () => functions.bi(),
    uniforms: (job) => functions.bj(job.state, job.y, job.blocks, job.low, job.high, job.last),
    winograd: (job) => functions.bk(job.conv, job.x, job.panels, job.y, job.first, job.rows, job.bias, job.negativeSlope, job.scratch),
    winogradFilterGradient: (job) => functions.bl(job.conv, job.x, job.dy, job.dw, job.first, job.rows, job.from, job.count, job.scratch),
    winogradFilterGradientScratch: (job) => functions.bm(job.conv, job.rows, job.count),
    winogradPanelBytes: (job) => functions.bn(job.conv),
    winogradScratch: (job) => functions.bo(job.conv, job.rows),
  };
}

/** One of the two axes of images. */
export interface Axis {
  readonly input: number;
  readonly output: number;
  readonly filter: number;
  readonly stride: number;
  /** The padding in front of the first input. */
  readonly before: number;
  /** The input with all the padding that a filter reaches, at both ends. */
  readonly padded: number;
  /** How many outputs in phases lie before the first that is needed. */
  readonly outBefore: number;
}

/** A convolution of images `[batch, height, width, channels]`, kept in the heap for the duration of one kernel. */
export interface Convolution {
  readonly channels: number;
  readonly outChannels: number;
  /** The phases of the outputs on each axis: the stride of the convolution whose gradient this is, otherwise 1. */
  readonly outPhases: number;
  readonly height: Axis;
  readonly width: Axis;
}

/** Matrices in the heap: the address of the first, and the distances between rows, columns and matrices, in numbers. */
export interface Matrices {
  readonly at: number;
  readonly row: number;
  readonly column: number;
  /** 0 if all are one. */
  readonly next: number;
}

/**
 * Products c = a b, one for each of `count` matrices of `rows` x `inner` times `inner` x `columns` numbers. A factor's distance between
 * rows or between columns is 1: a transposed one has both swapped. The rows of c are contiguous.
 */
export interface Product {
  readonly count: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly a: Matrices;
  readonly b: Matrices;
  readonly c: Matrices;
}

/** The words of a {@link Convolution} in the heap. */
export function wordsOfConvolution({ channels, outChannels, outPhases, height, width }: Convolution): number[] {
  return [channels, outChannels, outPhases, height.input, height.output, height.filter, height.stride, height.before, height.padded, height.outBefore, width.input, width.output, width.filter, width.stride, width.before, width.padded, width.outBefore];
}

/** The words of a {@link Product} in the heap. */
export function wordsOfProduct({ count, rows, inner, columns, a, b, c }: Product): number[] {
  return [count, rows, inner, columns, a.at, a.row, a.column, a.next, b.at, b.row, b.column, b.next, c.at, c.row, c.column, c.next];
}
