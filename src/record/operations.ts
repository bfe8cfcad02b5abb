/**
 * The kernels that a recording may have: those of the operations in docs/operations.json and of their gradients, and others that users'
 * networks have and that can be printed. A test compares the lists.
 */
const operations = /* @__PURE__ */ (() =>
  new Set(
    (
      '_FusedMatMul Abs Acos Acosh Add AddN All Any ArgMax ArgMin Asin Asinh Atan Atanh AvgPool AvgPoolGrad BatchMatMul BroadcastTo Cast ' +
      'Ceil ClipByValue Concat Conv2D Conv2DBackpropFilter Conv2DBackpropInput Cos Cosh Cumsum Einsum Elu EluGrad Equal Erf Exp ' +
      'ExpandDims Expm1 Fill Floor FloorDiv FusedConv2D GatherNd GatherV2 Greater GreaterEqual Identity IsFinite IsInf IsNan LeakyRelu ' +
      'Less LessEqual LinSpace Log Log1p LogicalAnd LogicalNot LogicalOr LogSoftmax Max Maximum MaxPool Mean Min Minimum MirrorPad Mod ' +
      'Multiply Neg NotEqual OneHot OnesLike Pack PadV2 Pow Prelu Prod Range RealDiv Reciprocal Relu Relu6 Reshape ResizeNearestNeighbor ' +
      'ResizeNearestNeighborGrad Reverse Round Rsqrt ScatterNd Select Selu Sigmoid Sign Sin Sinh Slice Softmax Softplus SplitV Sqrt ' +
      'Square SquaredDifference Step StridedSlice Sub Sum Tan Tanh Tile TopK Transpose Unpack UnsortedSegmentSum ZerosLike'
    ).split(' '),
  ))();

/** Whether a recording can have this kernel. */
export function isRecordable(kernelName: string): boolean {
  return operations.has(kernelName);
}
