// Makes screenshots of the lab after a few seconds of training, wide in light and dark, and as on a phone: `npm run -w examples/lab pictures`, with
// `-- 20 gan` for twenty seconds of training, and only those whose names have this word.
import { mkdir } from 'node:fs/promises';
import { chromium } from 'playwright';
import { writeLink } from '../experiment/link.js';
import { experimentOf, stories } from '../stories/index.js';
import { findChromium, launchOptions } from '../../../tests/browser/chromium.js';
import { serve } from '../../../tests/package/pages/serve.js';

const FOLDER = 'out/lab-pictures';
/** Milliseconds of training before a picture. */
const TRAINED = Number(process.argv[2] ?? 6) * 1_000;
/** Milliseconds in which each view has had its turn to be drawn. */
const DRAWN = 2_500;

const screens = {
  wide: { viewport: { width: 1_400, height: 900 }, deviceScaleFactor: 1 },
  phone: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true },
};
const links = {
  diffusion: '#v=1&f=diffusion&d=moons&n=50000',
  gan: '#v=1&f=gan&d=ring&n=50000',
  vae: '#v=1&f=vae&d=roll&n=50000',
  'diffusion-guided': '#v=1&f=diffusion&d=ring&y=used&i=3&o=3&n=50000',
  'words-blanks': '#v=1&f=tokens&n=50000',
  'words-right': '#v=1&f=tokens&D=right&n=50000',
  'vae-emoji': '#v=1&f=vae&d=emoji',
  'vae-kinds': '#v=1&f=vae&d=kinds',
  'vae-clothes': '#v=1&f=vae&d=clothes',
  'gan-clothes': '#v=1&f=gan&d=clothes',
  'diffusion-clothes': '#v=1&f=diffusion&d=clothes',
  ...Object.fromEntries(
    stories.map((story, i) => [
      `story-${i + 1}`,
      writeLink(experimentOf(story), [], { story: i + 1, page: story.page }),
    ]),
  ),
  'one-call': '#v=1&one=1',
  frame: 'index.html?embed=latents#v=1&f=vae&d=ring',
};
/** Only the links whose names contain this are shown. */
const only = process.argv[3] ?? '';

const site = await serve({ '/': 'out/lab' });
const browser = await chromium.launch(launchOptions(await findChromium()));
await mkdir(FOLDER, { recursive: true });
for (const [name, hash] of Object.entries(links).filter(([name]) => name.includes(only))) {
  for (const [screen, options] of Object.entries(screens)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      // a theme changes the same on both
      if (colorScheme === 'dark' && screen === 'phone' && name !== 'diffusion') continue;
      const page = await browser.newPage({ ...options, colorScheme, locale: 'en-US' });
      page.on('console', (message) => message.type() === 'error' && console.error(message.text()));
      page.on('pageerror', (error) => console.error(error.message));
      await page.goto(`${site.origin}/${hash}`);
      const all = hash.includes('side=1') ? '-all' : '';
      await page.locator(`#start${all}:enabled`).click();
      await page.waitForTimeout(TRAINED);
      // a page that is still would be drawn by the same cores as the training
      const stop = page.locator(`#stop${all}`);
      if (await stop.isVisible()) await stop.click();
      await page.locator(`#start${all}`).waitFor();
      for (const view of await page.locator('lab-view details:not([open]) > summary').all()) await view.click();
      // views out of sight are not drawn
      const height = await page.evaluate<number>('document.documentElement.scrollHeight');
      await page.setViewportSize({ ...options.viewport, height });
      await page.waitForTimeout(DRAWN);
      const file = `${FOLDER}/${name}-${screen}-${colorScheme}.png`;
      await page.screenshot({ path: file });
      console.log(file);
      await page.close();
    }
  }
}
await browser.close();
site.close();
