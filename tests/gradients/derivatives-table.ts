import type { Derivatives } from './measure-derivatives.js';

/** The measurements of one operation, before and after the repair. */
export interface Measured {
  readonly stock: Derivatives;
  readonly repaired: Derivatives;
}

const HEAD = ['operation', 'first derivative in tfjs', 'second derivative in tfjs', 'after `repairGradients()`'];

/** A Markdown table of the operations that are wrong in tfjs, followed by the names of the others. */
export function derivativesTable(measured: ReadonlyMap<string, Measured>): string {
  const names = [...measured.keys()].sort((a, b) => a.localeCompare(b, 'en'));
  const sound = names.filter((name) => isRight(measured.get(name)!.stock));
  const rows = names
    .filter((name) => !sound.includes(name))
    .map((name) => [
      name,
      measured.get(name)!.stock.first,
      measured.get(name)!.stock.second,
      outcome(measured.get(name)!),
    ]);
  const widths = HEAD.map((_, i) => Math.max(...[HEAD, ...rows].map((row) => row[i]!.length)));
  const line = (cells: string[]): string => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  const table = [line(HEAD), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
  return `${table}\n\nAlready right in tfjs:\n${list(sound)}`;
}

function outcome({ repaired }: Measured): string {
  return isRight(repaired) ? 'repaired' : repaired.second;
}

function isRight({ first, second }: Derivatives): boolean {
  return first === 'right' && second === 'right';
}

/** Lines of at most 120 characters. */
function list(names: readonly string[]): string {
  const lines = [''];
  for (const [i, name] of names.entries()) {
    const word = name + (i === names.length - 1 ? '.' : ',');
    const longer = `${lines.at(-1)} ${word}`.trimStart();
    if (longer.length <= 120) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.join('\n');
}
