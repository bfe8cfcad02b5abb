import type { Judgement } from './judge.js';
import type { CaseReport } from '../programs/fuzz.js';

/** How many cases of an operation, or of its gradients, got each verdict; those that tfjs refuses on every backend are left out. */
export interface Row {
  readonly name: string;
  readonly cases: number;
  readonly right: number;
  /** Right, where tfjs's own kernels are wrong, missing or crash. */
  readonly replaced: number | undefined;
  readonly refused: number;
  readonly wrong: number;
  readonly crash: number;
}

export function countsOf(name: string, own: readonly CaseReport[], stock?: readonly CaseReport[]): Row[] {
  const of = (reports: readonly CaseReport[] | undefined, part: 'value' | 'gradients'): (Judgement | undefined)[] =>
    reports?.map((report) => report[part]) ?? [];
  return [
    count(name, of(own, 'value'), stock && of(stock, 'value')),
    count(`${name}, gradients`, of(own, 'gradients'), stock && of(stock, 'gradients')),
  ].filter(({ cases }) => cases > 0);
}

function count(name: string, own: readonly (Judgement | undefined)[], stock?: readonly (Judgement | undefined)[]): Row {
  const all = (verdict: string): number => own.filter((judgement) => judgement?.verdict === verdict).length;
  const replaced = own.filter(
    (judgement, i) => judgement?.verdict === 'right' && stock?.[i]?.verdict !== 'right',
  ).length;
  const [right, refused, wrong, crash] = [all('right'), all('refused'), all('wrong'), all('crash')];
  return {
    name,
    cases: right + refused + wrong + crash,
    right,
    replaced: stock === undefined ? undefined : replaced,
    refused,
    wrong,
    crash,
  };
}

/** The rows as a table in Markdown, with a last one for all. */
export function tableOf(rows: readonly Row[]): string {
  const sum = (key: 'cases' | 'right' | 'replaced' | 'refused' | 'wrong' | 'crash'): number =>
    rows.reduce((total, row) => total + (row[key] ?? 0), 0);
  const hasStock = rows.every(({ replaced }) => replaced !== undefined);
  const all: Row = {
    name: 'all',
    cases: sum('cases'),
    right: sum('right'),
    replaced: hasStock ? sum('replaced') : undefined,
    refused: sum('refused'),
    wrong: sum('wrong'),
    crash: sum('crash'),
  };
  const head =
    '| operation | cases | right | of these not in tfjs alone | refused | wrong | crash |\n| --- | --: | --: | --: | --: | --: | --: |';
  const lines = [...rows, all].map(
    ({ name, cases, right, replaced, refused, wrong, crash }) =>
      `| ${name} | ${cases} | ${right} | ${replaced ?? ''} | ${refused} | ${wrong} | ${crash} |`,
  );
  return [head, ...lines].join('\n');
}
