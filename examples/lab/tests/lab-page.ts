import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright';

/** The page of the lab in a browser. */
export interface LabPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of the console, and uncaught ones. */
  readonly errors: readonly string[];
  /** Presses Start, and waits until the run has finished. */
  finish(): Promise<void>;
  /** The numbers of the log: a line for each report, without its time. */
  losses(): Promise<string[]>;
  /** The file that a button saves. */
  download(button: string): Promise<Buffer>;
  close(): Promise<void>;
}

/** How it is opened. */
export interface LabOptions {
  readonly context?: BrowserContext;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
}

/** Opens the lab at an address, with a storage of its own unless a context is given. */
export async function openLab(browser: Browser, url: string, options: LabOptions = {}): Promise<LabPage> {
  const { viewport = { width: 1_200, height: 900 }, colorScheme = 'light' } = options;
  // uPlot reads the language of the browser, which a headless one may not have
  const context = options.context ?? (await browser.newContext({ locale: 'en-US', viewport, colorScheme }));
  const page = await context.newPage();
  page.setDefaultTimeout(90_000);
  const errors: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())));
  page.on('pageerror', (error) => void errors.push(error.message));
  await page.goto(url);
  const download = async (button: string): Promise<Buffer> => {
    const [file] = await Promise.all([page.waitForEvent('download'), page.locator(button).click()]);
    return readFileSync(await file.path());
  };
  return {
    page,
    context,
    errors,
    download,
    finish: async () => {
      await page.locator('#start:enabled').click();
      await page.locator('p.status', { hasText: /^\s*Finished/ }).waitFor();
    },
    losses: async () => {
      const lines = (await download('#log')).toString().trim().split('\r\n');
      const seconds = lines[0]!.split(',').indexOf('seconds');
      return lines.map((line) =>
        line
          .split(',')
          .filter((_, i) => i !== seconds)
          .join(),
      );
    },
    close: () => context.close(),
  };
}
