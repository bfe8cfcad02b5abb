/** A formula of a page, as TeX, and the line where it stands: `docs/vae.md:12`. */
export interface Formula {
  readonly title: string;
  readonly tex: string;
  /** Whether it stands on lines of its own. */
  readonly displayed: boolean;
}

/** The formulas in a page's text: `$...$`, and `$$...$$` on lines of its own. Code has none. Throws if a dollar is left. */
export function formulasOf(path: string, text: string): Formula[] {
  const blank = (code: string): string => code.replaceAll(/[^\n]/g, ' ');
  const prose = text.replaceAll(/^```.*?^```$/gms, blank).replaceAll(/(`+)(?!`).*?[^`]\1(?!`)/gs, blank);
  const titleAt = (index: number): string => `${path}:${text.slice(0, index).split('\n').length}`;
  const formulas: Formula[] = [];
  const rest = prose.replaceAll(/^\$\$\n(.*?)\n\$\$$/gms, (all, tex: string, index: number) => {
    formulas.push({ title: titleAt(index), tex, displayed: true });
    return blank(all);
  });
  const left = rest.replaceAll(/\$([^$\n]+)\$/g, (all, tex: string, index: number) => {
    formulas.push({ title: titleAt(index), tex, displayed: false });
    return blank(all);
  });
  if (left.includes('$')) throw new Error(`A dollar without its partner in ${titleAt(left.indexOf('$'))}.`);
  return formulas;
}
