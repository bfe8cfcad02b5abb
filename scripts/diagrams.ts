// Draws the structures of the three families for the guides: docs/images/{vae,gan,diffusion}-structure.svg. `npm run tool -- diagrams`
import { writeFileSync } from 'node:fs';
import { card, words, type Side } from '../examples/shared/figures/card.js';

/** Grey levels from 0 to 1, row by row. */
type Pixels = readonly (readonly number[])[];
type Place = readonly [x: number, y: number];

/** A phone shows it at two thirds of its size. */
const WIDTH = 520;

const smile: Pixels = [
  '........',
  '.##..##.',
  '.##..##.',
  '........',
  '#......#',
  '##....##',
  '.######.',
  '..####..',
].map((row) => [...row].map((mark) => (mark === '#' ? 0.1 : 0.95)));

const files = { vae: vae(), gan: gan(), diffusion: diffusion() };
for (const [family, svg] of Object.entries(files)) writeFileSync(`docs/images/${family}-structure.svg`, svg);

/** Encoder, latents, decoder. The two terms of the bound are above the parts from which they are computed. */
function vae(): string {
  return card(
    [WIDTH, 204],
    words([216, 24], `KL(${math('q')} ∥ ${math('p')})`, 'first'),
    words([216, 44], 'near the prior', 'quiet'),
    line('M216 56V74', 'first dotted'),
    words([458, 24], `log ${math('p')}(${math('x')} | ${math('z')})`, 'second'),
    words([458, 44], 'like the data', 'quiet'),
    line('M458 56V66', 'second dotted'),
    picture([12, 82], 56, smile),
    words([40, 152], math('x')),
    arrow('M72 110H88'),
    shape('M92 62L176 86V134L92 158Z'),
    words([134, 110], 'encoder'),
    arrow('M180 96H194'),
    arrow('M180 124H194'),
    shape('M198 80H234V107H198Z'),
    words([216, 94], math('μ')),
    shape('M198 113H234V140H198Z'),
    words([216, 127], math('σ')),
    arrow('M238 96L254 103'),
    arrow('M238 124L254 117'),
    dot([276, 110], 'z'),
    arrow('M276 156V134'),
    dot([276, 176], 'ε'),
    words([302, 176], 'noise', 'left quiet'),
    arrow('M298 110H316'),
    shape('M320 86L404 62V158L320 134Z'),
    words([362, 110], 'decoder'),
    arrow('M408 110H422'),
    picture([428, 80], 60, blurred(smile)),
    words([458, 156], `${math('p')}(${math('x')} | ${math('z')})`),
  );
}

/** Generator against discriminator. The dashed lines are the gradients of their losses. */
function gan(): string {
  return card(
    [WIDTH, 246],
    dot([34, 96], 'z'),
    arrow('M56 96H70'),
    shape('M74 80L160 56V136L74 112Z'),
    words([118, 96], 'generator'),
    arrow('M164 96H180'),
    picture([186, 70], 52, noisy(smile, 0.4)),
    words([212, 134], 'fake', 'quiet'),
    picture([186, 146], 52, smile),
    words([212, 211], 'real', 'quiet'),
    arrow('M242 102L266 113'),
    arrow('M242 164L266 149'),
    shape('M270 80L386 106V154L270 180Z'),
    words([328, 130], 'discriminator'),
    arrow('M390 130H405'),
    words([410, 130], 'real or fake?', 'left'),
    arrow('M456 114V26H117V64', 'first dashed'),
    words([286, 42], 'low loss if fakes pass for real', 'first'),
    arrow('M456 146V212H328V171', 'second dashed'),
    words([392, 229], 'low loss if it tells them apart', 'second'),
  );
}

/** Noise and back: to the right it is added, to the left a sampler removes it. */
function diffusion(): string {
  const names = [math('x₀'), '', math('xₜ'), '', 'noise'];
  const steps = names.flatMap((name, i) => {
    const left = 12 + 109 * i;
    const tile = [picture([left, 66], 60, noisy(smile, i / 4)), words([left + 30, 142], name)];
    if (i === names.length - 1) return tile;
    return [
      ...tile,
      arrow(`M${left + 66} 84H${left + 100}`, 'second'),
      arrow(`M${left + 103} 108H${left + 69}`, 'first'),
    ];
  });
  return card(
    [WIDTH, 206],
    words([260, 24], 'training: noise is added, in one step to a random time', 'second'),
    words([260, 46], `${math('xₜ')} = ${math('αₜ x₀')} + ${math('σₜ ε')}`),
    ...steps,
    words([260, 166], 'sampling: from pure noise, step by step, to less noise;', 'first'),
    words([260, 187], 'at each step the denoiser estimates the picture below it', 'first'),
  );
}

function arrow(path: string, kind: `${Side}${'' | ' dashed'}` = ''): string {
  return `<path class="line ${kind}" d="${path}" marker-end="url(#head${kind.split(' ')[0]!})" />`;
}

function line(path: string, kind: string): string {
  return `<path class="line ${kind}" d="${path}" />`;
}

function shape(path: string): string {
  return `<path class="shape" d="${path}" />`;
}

function math(letters: string): string {
  return `<tspan class="math">${letters}</tspan>`;
}

function dot([x, y]: Place, letter: string): string {
  return `<circle class="shape" cx="${x}" cy="${y}" r="18" />${words([x, y], math(letter))}`;
}

function picture([left, top]: Place, size: number, pixels: Pixels): string {
  const side = size / pixels.length;
  const squares = pixels.flatMap((row, y) =>
    row.map((value, x) => {
      const level = Math.round(255 * Math.min(1, Math.max(0, value)));
      return `<rect x="${left + side * x}" y="${top + side * y}" width="${side}" height="${side}" fill="rgb(${level} ${level} ${level})" />`;
    }),
  );
  return `<g shape-rendering="crispEdges">${squares.join('')}</g>`;
}

/** alpha x + sigma epsilon, where the share of noise is the angle between the two; grey is the middle. */
function noisy(pixels: Pixels, share: number): Pixels {
  const [alpha, sigma] = [Math.cos((share * Math.PI) / 2), Math.sin((share * Math.PI) / 2)];
  let state = 7;
  const uniform = (): number => (state = (state * 16807) % 2147483647) / 2147483647;
  const normal = (): number => uniform() + uniform() + uniform() + uniform() - 2;
  return pixels.map((row) => row.map((value) => 0.5 + alpha * (value - 0.5) + sigma * 0.55 * normal()));
}

/** The mean of each pixel and its neighbours. */
function blurred(pixels: Pixels): Pixels {
  return pixels.map((row, y) =>
    row.map((_, x) => {
      const near = pixels.slice(Math.max(0, y - 1), y + 2).flatMap((one) => one.slice(Math.max(0, x - 1), x + 2));
      return 0.5 * row[x]! + (0.5 * near.reduce((sum, value) => sum + value, 0)) / near.length;
    }),
  );
}
