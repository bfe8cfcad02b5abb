// The style of formulas, which a page with formulas loads. docs/site/scripts/math-font.ts writes it.

/**
 * The tags for the head of a page; `base` is the way to the root of the site. The script asks for the font before the page has a formula: Chromium would otherwise show
 * the first one in another font, although the style sheet contains this one.
 */
export const mathStyle = (base) =>
  `<link rel="stylesheet" href="${base}math.css"/><script>document.fonts.load("1em 'STIX Two Math'")</script>`;
