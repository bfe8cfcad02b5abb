import type { RecordedAttribute } from '../../record/recording.js';
import { numberOf, numberText, type PythonPrinter } from './python-printer.js';

/** The activation of a kernel that has one. */
export function activationText(
  p: PythonPrinter,
  x: string,
  activation: RecordedAttribute | undefined,
  alpha?: RecordedAttribute,
  slopes = '',
): string {
  switch (activation ?? 'linear') {
    case 'linear':
      return x;
    case 'leakyrelu':
      return `F.leaky_relu(${x}, ${numberText(numberOf(p, alpha ?? 0.2))})`;
    case 'prelu':
      return `${p.help('prelu')}(${x}, ${slopes})`;
    case 'relu':
    case 'relu6':
    case 'elu':
      return `F.${activation as string}(${x})`;
    case 'sigmoid':
      return `torch.sigmoid(${x})`;
    default:
      return p.refuse('this activation');
  }
}
