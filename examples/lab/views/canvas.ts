import { REACH } from '../experiment/points.js';

/** Where a view draws: a context in CSS pixels, its size, and the colours of the page. */
export interface Canvas {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly colors: Colors;
}

const colorNames = ['text', 'soft', 'faint', 'line', 'data', 'samples', 'third', 'low', 'high'] as const;

export type ColorName = (typeof colorNames)[number];

/** The colours of views, from the page's style sheet; colour-blind people can distinguish them. */
export type Colors = Readonly<Record<ColorName, string>>;

/** The page's colours now, light or dark. */
export function readColors(element: Element): Colors {
  const style = getComputedStyle(element);
  const read = (name: ColorName) => [name, style.getPropertyValue(`--${name}`).trim()] as const;
  return Object.fromEntries(colorNames.map(read)) as Colors;
}

/** Where points of a plane are on a canvas: x to the right, y upwards, `reach` in each direction from the middle. */
export function placing({ width, height }: Canvas, reach = REACH) {
  const unit = Math.min(width, height) / (2 * reach);
  return {
    unit,
    x: (x: number): number => width / 2 + x * unit,
    y: (y: number): number => height / 2 - y * unit,
  };
}

export type Placing = ReturnType<typeof placing>;

/** The radius from which dots are round, in pixels. */
const SMALL = 1.75;

/** Dots at points, x and y in turn. */
export function drawDots(
  { context }: Canvas,
  place: Placing,
  points: Float32Array,
  color: string,
  radius: number,
): void {
  context.fillStyle = color;
  if (radius < SMALL) {
    // as small as this, squares look the same and are drawn much sooner
    const side = 1.8 * radius;
    for (let i = 0; i < points.length; i += 2)
      context.fillRect(place.x(points[i]!) - side / 2, place.y(points[i + 1]!) - side / 2, side, side);
    return;
  }
  context.beginPath();
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [place.x(points[i]!), place.y(points[i + 1]!)];
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.fill();
}

/** Lines along rows of points; `length` is the number of points of each. */
export function drawLines(
  { context }: Canvas,
  place: Placing,
  points: Float32Array,
  length: number,
  color: string,
): void {
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [place.x(points[i]!), place.y(points[i + 1]!)];
    if ((i / 2) % length === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  context.stroke();
}

/** Arrows from places, as x, y, dx, dy in turn; the longest is `longest` pixels long, shorter ones in proportion. */
export function drawArrows(
  { context }: Canvas,
  place: Placing,
  arrows: Float32Array,
  color: string,
  longest: number,
): void {
  let most = 1e-12;
  for (let i = 0; i < arrows.length; i += 4) most = Math.max(most, Math.hypot(arrows[i + 2]!, arrows[i + 3]!));
  const factor = longest / most;
  context.strokeStyle = color;
  context.lineWidth = 1.25;
  context.beginPath();
  for (let i = 0; i < arrows.length; i += 4) {
    const [x, y] = [place.x(arrows[i]!), place.y(arrows[i + 1]!)];
    const [dx, dy] = [arrows[i + 2]! * factor, -arrows[i + 3]! * factor];
    const length = Math.hypot(dx, dy);
    if (!(length > 1)) continue;
    const [tipX, tipY] = [x + dx, y + dy];
    const [ux, uy] = [(dx / length) * 3.5, (dy / length) * 3.5];
    context.moveTo(x, y);
    context.lineTo(tipX, tipY);
    context.moveTo(tipX - ux - uy * 0.6, tipY - uy + ux * 0.6);
    context.lineTo(tipX, tipY);
    context.lineTo(tipX - ux + uy * 0.6, tipY - uy - ux * 0.6);
  }
  context.stroke();
}

const FONT = '11px system-ui, sans-serif';

/** Words, with their middle or one end at a place. */
export function drawWords(
  { context }: Canvas,
  words: string,
  [x, y]: readonly [number, number],
  color: string,
  align: CanvasTextAlign = 'left',
): void {
  context.font = FONT;
  context.textAlign = align;
  context.textBaseline = 'middle';
  context.fillStyle = color;
  context.fillText(words, x, y);
}

/** Whole numbers on the left and lower edges, with light ticks. */
export function drawTicks(canvas: Canvas, place: Placing, reach = REACH): void {
  const { context, height, colors } = canvas;
  const most = Math.floor(reach);
  context.strokeStyle = colors.faint;
  context.lineWidth = 1;
  context.beginPath();
  for (let value = -most; value <= most; value++) {
    const [x, y] = [Math.round(place.x(value)) + 0.5, Math.round(place.y(value)) + 0.5];
    context.moveTo(x, height);
    context.lineTo(x, height - 5);
    drawWords(canvas, String(value), [x, height - 12], colors.soft, 'center');
    // lower than this is the first of the others
    if (y > height - 22) continue;
    context.moveTo(0, y);
    context.lineTo(5, y);
    drawWords(canvas, String(value), [8, y], colors.soft);
  }
  context.stroke();
}

/** A ring that stands out from dots and lines. */
export function drawMark({ context, colors }: Canvas, [x, y]: readonly [number, number], color: string): void {
  context.beginPath();
  context.arc(x, y, 7, 0, 2 * Math.PI);
  context.fillStyle = color;
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = colors.text;
  context.stroke();
}
