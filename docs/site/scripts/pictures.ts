// Makes screenshots of the site at the size of a desktop and a phone, light and dark: `npm run -w docs/site pictures`, after `npm run -w docs/site build`. With `-- --guides`, it
// also makes one of each whole guide.
import { mkdir, readdir } from 'node:fs/promises';
import { chromium } from 'playwright';
import { findChromium, launchOptions } from '../../../tests/browser/chromium.js';
import { serve } from '../../../tests/package/pages/serve.js';

const FOLDER = 'out/site-pictures';
const screens = {
  wide: { viewport: { width: 1_280, height: 900 } },
  phone: { viewport: { width: 360, height: 740 }, hasTouch: true },
};
const pages = {
  start: '/',
  guides: '/docs/index.html',
  guide: '/docs/documents/Variational_autoencoders.html',
  teaching: '/docs/documents/Teaching_a_class.html',
  member: '/docs/functions/tfjs-generative.elbo.html',
  formulas: '/docs/functions/tfjs-generative.dpmSolverStep.html',
  entry: '/docs/modules/tfjs-generative.html',
  course: '/course/index.html#elbo',
};

const site = await serve({ '/': 'out/site' });
const browser = await chromium.launch(launchOptions(await findChromium()));
await mkdir(FOLDER, { recursive: true });
for (const [screen, options] of Object.entries(screens)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ ...options, colorScheme, locale: 'en-US' });
    page.on('pageerror', (error) => console.error(error.message));
    for (const [name, address] of Object.entries(pages)) {
      await page.goto(site.origin + address);
      await save(`${name}-${screen}-${colorScheme}`);
    }
    await page.goto(site.origin + pages.guide);
    await page.click('#site-search');
    await page.fill('#site-search-dialog input', 'mode collapse');
    await page.locator('#site-search-dialog li').first().waitFor();
    await save(`search-${screen}-${colorScheme}`);
    if (process.argv.includes('--guides') && (screen === 'wide') === (colorScheme === 'light')) await saveGuides();
    await page.close();

    async function saveGuides(): Promise<void> {
      for (const guide of await readdir('out/site/docs/documents')) {
        await page.goto(`${site.origin}/docs/documents/${guide}`);
        await save(`${guide.replace('.html', '')}-${screen}-${colorScheme}`, true);
      }
    }

    async function save(name: string, fullPage = false): Promise<void> {
      await page.waitForTimeout(500);
      await page.screenshot({ path: `${FOLDER}/${name}.png`, timeout: 120_000, fullPage });
      console.log(`${FOLDER}/${name}.png`);
    }
  }
}
await browser.close();
site.close();
