// Makes the pictures of the lab in the guides, docs/images/lab-*.png: `npm run -w examples/lab docs-pictures`, or with `-- words` only those whose
// names have this word. Each run trains to its end, so it is the same on every machine; on two idle cores all of them take five minutes.
import { writeFile } from 'node:fs/promises';
import { chromium } from 'playwright';
import { PNG } from 'pngjs';
import { writeLink } from '../experiment/link.js';
import { experimentOf, stories } from '../stories/index.js';
import { findChromium, launchOptions } from '../../../tests/browser/chromium.js';
import { serve } from '../../../tests/package/pages/serve.js';

interface Picture {
  readonly link: string;
  readonly size: readonly [width: number, height: number];
  readonly colorScheme?: 'dark';
}

/** The link of a story by its number, with its own number of updates or another. */
const linkOf = (number: number, updates?: number): string => {
  const experiment = experimentOf(stories[number - 1]!);
  return writeLink({ ...experiment, steps: updates ?? experiment.steps }, [], { story: number });
};
const pictures: Readonly<Record<string, Picture>> = {
  diffusion: { link: '#v=1&f=diffusion&d=moons&n=1000', size: [1_400, 950], colorScheme: 'dark' },
  latents: { link: linkOf(2, 2_000), size: [1_400, 1_830] },
  'mode-collapse': { link: linkOf(3), size: [1_400, 1_360] },
  words: { link: '#v=1&f=tokens&n=3000', size: [1_200, 850] },
};
const only = process.argv[2] ?? '';

const site = await serve({ '/': 'out/lab' });
const browser = await chromium.launch(launchOptions(await findChromium()));
for (const [name, { link, size, colorScheme }] of Object.entries(pictures)) {
  if (!name.includes(only)) continue;
  const [width, height] = size;
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme: colorScheme ?? 'light',
    locale: 'en-US',
  });
  page.on('pageerror', (error) => console.error(error.message));
  await page.goto(`${site.origin}/${link}`);
  await page.locator('#start:enabled').click();
  await page
    .getByText(/^Finished, /)
    .first()
    .waitFor({ timeout: 3_600_000 });
  // each view has its turn to be drawn
  await page.waitForTimeout(4_000);
  const file = `docs/images/lab-${name}.png`;
  const screen = PNG.sync.read(await page.screenshot());
  // without filters, equal rows of flat colours repeat exactly: 30% fewer bytes than by the defaults of pngjs
  const packed = { colorType: 2, deflateLevel: 9, deflateStrategy: 0, filterType: 0 } as const;
  await writeFile(file, PNG.sync.write(screen, packed));
  console.log(file);
  await page.close();
}
await browser.close();
site.close();
