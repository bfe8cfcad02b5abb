declare module 'fontverter' {
  /** A font in another format. */
  export function convert(font: Buffer, to: 'sfnt'): Promise<Buffer>;
}

declare module 'subset-font' {
  /** A font with only the characters of a text. */
  export default function subsetFont(font: Buffer, text: string, options: { targetFormat: 'woff2' }): Promise<Buffer>;
}
