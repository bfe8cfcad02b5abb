// a file of its own, so that the other measures come without ml-matrix
export { EigenvalueDecomposition, Matrix } from 'ml-matrix';
