/** Which of two things something belongs to, shown by its colour; by default to neither. */
export type Side = '' | 'first' | 'second';

/** A drawing on a card, as an SVG file for light and dark: an image in a page follows the system, so it brings its own ground. */
export function card([width, height]: readonly [number, number], ...parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
  <style>
    svg {
      color: var(--ink);
      --ink: #1d2430; --quiet: #5a6475; --ground: #ffffff; --edge: #d5dae3; --shape: #e8eef7; --outline: #7d8aa0;
      --first: #a34a00; --second: #0b5cad; --pale-first: #e59a5a; --pale-second: #6fb0ea; --place: #fbd9a8;
    }
    @media (prefers-color-scheme: dark) {
      svg {
        --ink: #e6e9f0; --quiet: #a3adbf; --ground: #1b1f28; --edge: #3a4252; --shape: #2a3345; --outline: #8794ab;
        --first: #ffb074; --second: #7cc0ff; --pale-first: #b5713a; --pale-second: #3f7fbd; --place: #6b4a1f;
      }
    }
    .words { font: 15px system-ui, sans-serif; text-anchor: middle; dominant-baseline: central; fill: var(--ink); }
    .left { text-anchor: start; }
    .math { font: italic 18px 'Cambria Math', 'STIX Two Math', 'Latin Modern Math', serif; }
    .quiet { fill: var(--quiet); }
    .card { fill: var(--ground); stroke: var(--edge); }
    .shape { fill: var(--shape); stroke: var(--outline); stroke-linejoin: round; }
    .line { fill: none; stroke: var(--quiet); stroke-width: 1.5; }
    .head { fill: var(--quiet); }
    .words.first, .head.first { fill: var(--first); }
    .words.second, .head.second { fill: var(--second); }
    .line.first { stroke: var(--first); }
    .line.second { stroke: var(--second); }
    .dashed { stroke-dasharray: 6 4; }
    .dotted { stroke-dasharray: 2 3; }
  </style>
  <defs>
    ${(['', 'first', 'second'] as const).map(head).join('\n    ')}
  </defs>
  <rect class="card" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" />
  ${parts.join('\n  ')}
</svg>
`;
}

/** Words around a place, or to the right of it. */
export function words([x, y]: readonly [number, number], label: string, kind = ''): string {
  return `<text class="words ${kind}" x="${x}" y="${y}">${label}</text>`;
}

function head(side: Side): string {
  return `<marker id="head${side}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto"><path class="head ${side}" d="M0 0L8 4L0 8Z" /></marker>`;
}
