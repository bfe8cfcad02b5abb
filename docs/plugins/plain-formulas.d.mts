/** A part of a paragraph: words, or a formula in TeX, in pieces between which a line may end. */
export type Part =
  | { readonly text: string; readonly pieces?: undefined }
  | { readonly text?: undefined; readonly pieces: readonly string[] };
export declare function isPlainFormula(text: string): boolean;
export declare function partsOf(paragraph: string): readonly Part[] | undefined;
export declare function piecesOf(text: string): readonly string[] | undefined;
