// Makes the picture that other sites show next to a link to this one, docs/site/preview.png: `npx tsx docs/site/scripts/preview.ts`, after a build of the site.
import { readFile } from 'node:fs/promises';
import { chromium } from 'playwright';
import { findChromium, launchOptions } from '../../../tests/browser/chromium.js';

const { points, frames, text } = JSON.parse(await readFile('docs/site/start/paths.json', 'utf8')) as {
  points: number;
  frames: number;
  text: string;
};
const bytes = Buffer.from(text, 'base64');
const place = (frame: number, i: number): string =>
  `${((bytes[frame * 2 * points + 2 * i]! / 255) * 560).toFixed(1)} ${((1 - bytes[frame * 2 * points + 2 * i + 1]! / 255) * 560).toFixed(1)}`;
const marks = Array.from({ length: points }, (_, i) => {
  const way = Array.from({ length: frames }, (_, frame) => place(frame, i)).join('L');
  const [x, y] = place(frames - 1, i).split(' ');
  const colour = i % 3 === 0 ? '#ff9d4d' : '#6cb6f0';
  return `<path d="M${way}" stroke="${colour}" opacity="0.13"/><circle cx="${x}" cy="${y}" r="4" fill="${colour}"/>`;
});
const icon = (await readFile('docs/site/icon.svg', 'utf8')).replace('<svg ', '<svg width="84" height="84" ');
const html = `<body style="margin:0;display:flex;align-items:center;width:1200px;height:630px;background:#12151b;color:#e7eaf1;font-family:system-ui">
<div style="flex:1;padding:0 0 0 72px">${icon}<h1 style="margin:22px 0 16px;font-size:58px;letter-spacing:-0.02em">tfjs-generative</h1>
<p style="margin:0;font-size:31px;line-height:1.4;color:#aab3c4">VAEs, GANs and diffusion models in TypeScript, trained where your users are</p></div>
<svg width="560" height="560" viewBox="0 0 560 560" fill="none" style="margin:0 40px 0 10px">${marks.join('')}</svg></body>`;
const browser = await chromium.launch(launchOptions(await findChromium()));
const page = await browser.newPage({ viewport: { width: 1200, height: 630 } });
await page.setContent(html);
await page.screenshot({ path: 'docs/site/preview.png' });
await browser.close();
