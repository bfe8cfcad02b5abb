// The picture of the start page: samples of a diffusion model come out of noise. It moves once when it is first seen, and again by its button; for
// those who prefer less motion it only shows the end.
const canvas = document.getElementById('hero');
const button = document.getElementById('hero-again');
const paper = canvas.getContext('2d');
/** Milliseconds from noise to samples. */
const DURATION = 4200;
/** How much nearer the samples are than the noise. */
const ZOOM = 1.45;
const COLOURS = { light: ['#1d6fc4', '#d0560b'], dark: ['#6cb6f0', '#ff9d4d'] };

const { points, frames, text } = await fetch('./paths.json').then((answer) => answer.json());
const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const at = (frame, i) => bytes[frame * 2 * points + i] / 255;

/** Draws the points between two frames, and their tails. */
function draw(time) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const scale = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  paper.setTransform(scale, 0, 0, scale, 0, 0);
  paper.clearRect(0, 0, width, height);
  const [cool, warm] = matchMedia('(prefers-color-scheme: dark)').matches ? COLOURS.dark : COLOURS.light;
  const position = time * (frames - 1);
  const zoom = 1 + (ZOOM - 1) * time;
  const place = (frame, i) => {
    const whole = Math.min(frames - 2, Math.max(0, Math.floor(frame)));
    const part = Math.max(0, frame) - whole;
    const [x, y] = [0, 1].map((axis) => (1 - part) * at(whole, 2 * i + axis) + part * at(whole + 1, 2 * i + axis));
    return [(0.5 + zoom * (x - 0.5)) * width, (0.5 - zoom * (y - 0.5)) * height];
  };
  for (let i = 0; i < points; i++) {
    const [x, y] = place(position, i);
    const [fromX, fromY] = place(position - 1.6, i);
    const colour = i % 3 === 0 ? warm : cool;
    paper.globalAlpha = 0.28;
    paper.strokeStyle = colour;
    paper.beginPath();
    paper.moveTo(fromX, fromY);
    paper.lineTo(x, y);
    paper.stroke();
    paper.globalAlpha = 0.9;
    paper.fillStyle = colour;
    paper.beginPath();
    paper.arc(x, y, 2.6, 0, 2 * Math.PI);
    paper.fill();
  }
}

let began;
let shown = 1;
function move(now) {
  began ??= now;
  const part = Math.min(1, (now - began) / DURATION);
  // slow at the end, where the shape appears
  shown = 1 - (1 - part) ** 2;
  draw(shown);
  if (part < 1) window.requestAnimationFrame(move);
  else button.disabled = false;
}
function start() {
  began = undefined;
  button.disabled = true;
  window.requestAnimationFrame(move);
}

button.addEventListener('click', start);
window.addEventListener('resize', () => draw(shown));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => draw(shown));
if (matchMedia('(prefers-reduced-motion: reduce)').matches) draw(1);
else
  new window.IntersectionObserver((seen, observer) => {
    if (!seen[0].isIntersecting) return;
    observer.disconnect();
    start();
  }).observe(canvas);
