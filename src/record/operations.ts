/** The kernels of the operations in docs/operations.json, and of their gradients; a test compares the lists. */
const operations = new Set(
  (
    'Abs Acos Add AddN All Any ArgMax ArgMin Asin AvgPool AvgPoolGrad BatchMatMul BroadcastTo Cast ClipByValue Concat Conv2D ' +
    'Conv2DBackpropFilter Conv2DBackpropInput Cos Cumsum Einsum Elu EluGrad Equal Erf Exp ExpandDims Expm1 Fill Floor FloorDiv FusedConv2D GatherNd ' +
    'GatherV2 Greater GreaterEqual Identity IsFinite IsInf IsNan LeakyRelu Less LessEqual LinSpace Log Log1p LogicalAnd LogicalNot LogicalOr ' +
    'LogSoftmax Max Maximum Mean Min Minimum MirrorPad Mod Multiply Neg NotEqual OneHot OnesLike Pack PadV2 Pow Prelu Prod Range RealDiv ' +
    'Reciprocal Relu Relu6 Reshape ResizeNearestNeighbor ResizeNearestNeighborGrad Reverse Round Rsqrt ScatterNd Select Sigmoid Sign Sin Slice ' +
    'Softmax Softplus SplitV Sqrt Square SquaredDifference Step StridedSlice Sub Sum Tan Tanh Tile TopK Transpose Unpack ' +
    'UnsortedSegmentSum ZerosLike _FusedMatMul'
  ).split(' '),
);

/** Whether a recording can have this kernel. */
export function isRecordable(kernelName: string): boolean {
  return operations.has(kernelName);
}
