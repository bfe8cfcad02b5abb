import type { RecordedAttribute, Size } from '../../record/recording.js';
import type { PythonPrinter } from './python-printer.js';

/** An attribute of nested lists of sizes, as Python's. */
export function numbersIn(p: PythonPrinter, attribute: RecordedAttribute): string {
  if (Array.isArray(attribute))
    return `[${(attribute as readonly RecordedAttribute[]).map((one) => numbersIn(p, one)).join(', ')}]`;
  return p.size(attribute as Size);
}
