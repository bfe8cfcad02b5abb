import { helpers } from './helpers.js';

const TAKEN =
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is ' +
  'lambda nonlocal not or pass raise return try while with torch F s step together metrics CONSTANTS float tuple list range zip max min ' +
  'sorted enumerate len print';

/** Makes names of Python that differ. */
export function createNames(): { make(text: string, isNumbered?: boolean): string } {
  const taken = new Set([...TAKEN.split(' '), ...Object.keys(helpers)]);
  const counts = new Map<string, number>();
  return {
    make: (text, isNumbered = false) => {
      const word = text.replace(/\W/g, '_').replace(/^(?=\d|$)/, '_');
      let name: string;
      do {
        const count = counts.get(word) ?? 0;
        counts.set(word, count + 1);
        name = isNumbered ? `${word}${count}` : count === 0 ? word : `${word}_${count}`;
      } while (taken.has(name));
      taken.add(name);
      return name;
    },
  };
}
