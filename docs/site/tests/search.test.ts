import { gzipSync } from 'node:zlib';
import { chromium as playwright, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findChromium, launchOptions } from '../../../tests/browser/chromium.js';
import { serve, type Site } from '../../../tests/package/pages/serve.js';

/** Queries, and the page that answers each. */
const queries: readonly (readonly [query: string, page: string])[] = [
  ['mode collapse', 'What_should_my_losses_look_like_|Generative_adversarial_networks'],
  ['posterior collapse', 'Variational_autoencoders'],
  ['safetensors', 'Saving_and_sharing_models'],
  ['react', 'Recipes|Logs_and_workers'],
  ['worker', 'Logs_and_workers'],
  ['own pictures', 'Your_own_pictures'],
  ['emoji', 'Emoji'],
  ['learning rate', 'Training'],
  ['resume a run', 'Training|Long_runs'],
  ['checkpoint', 'Training|Long_runs'],
  ['elbo', 'tfjs-generative.elbo'],
  ['gaussianKl', 'tfjs-generative.gaussianKl'],
  ['createGanTrainer', 'tfjs-generative.createGanTrainer'],
  ['sampleDdim', 'tfjs-generative.sampleDdim'],
  ['startWasm', 'startWasm'],
  ['frechet distance', 'Measures|frechetDistance'],
  ['r1 penalty', 'r1Penalty|Generative_adversarial_networks'],
  ['guidance', 'Diffusion_models|withGuidance'],
  ['inpainting', 'Diffusion_models'],
  ['noise schedule', 'Diffusion_models'],
  ['pytorch', 'PyTorch_and_back'],
  ['wasm threads', 'Training_on_wasm'],
  ['webgpu in node', 'Runtimes'],
  ['deno', 'Runtimes'],
  ['content security policy', 'Deployment|Training_on_wasm'],
  ['bundle size', 'Deployment|How_fast_it_is'],
  ['which likelihood', 'How_to_choose_a_likelihood'],
  ['second derivatives', 'Second_derivatives'],
  ['tensorboard', 'Logs_and_workers'],
  ['grade exercises', 'Tests_and_exercises'],
  ['prior', 'Priors_of_latents'],
  ['vampprior', 'Priors_of_latents'],
  ['mixture of gaussians prior', 'Priors_of_latents'],
  ['normalizing flow', 'Hierarchies_of_latents'],
  ['hierarchical vae', 'Hierarchies_of_latents'],
  ['anomaly detection', 'Priors_of_latents'],
  ['course', 'course/index|The_course'],
  ['teaching', 'Teaching_a_class'],
  ['lab link for students', 'Teaching_a_class|The_lab'],
  ['gradescope', 'Grading_a_course'],
  ['autograder', 'Grading_a_course'],
  ['points for students', 'Grading_a_course'],
  ['color', 'How_to_choose_a_likelihood|Emoji|Three_families'],
  ['colour pictures', 'How_to_choose_a_likelihood|Emoji|Your_own_pictures'],
  ['playground', 'lab/index'],
  ['keras', 'Coming_from_another_library'],
  ['conditional generation', 'Recipes|Diffusion_models|Variational_autoencoders|Generative_adversarial_networks'],
  ['latent space interpolation', 'Variational_autoencoders'],
  ['which model should I choose', 'How_to_choose'],
  ['install', 'Getting_started'],
  ['nan loss', 'Errors_and_what_to_do|Training'],
];

/** Queries in the words of visitors, which the pages do not use. */
const everyday: readonly (readonly [query: string, page: string])[] = [
  ['fid', 'Measures|frechetDistance'],
  ['my GAN only draws one digit', 'What_should_my_losses_look_like_|Generative_adversarial_networks'],
  ['custom training loop', 'Training|Variational_autoencoders|A_GAN_by_hand|A_diffusion_model_by_hand'],
  ['NaN', 'Errors_and_what_to_do|Training'],
  ['onnx', 'Deploying_a_model'],
  ['colab', 'PyTorch_and_back|Runtimes|The_lab'],
  ['text to image', 'Diffusion_models'],
  ['inception score', 'Measures'],
  ['stable diffusion', 'Diffusion_models|Coming_from'],
  ['lora', 'Fine-tuning|Fine_tuning'],
  ['blurry samples', 'How_to_choose_a_likelihood|Variational_autoencoders'],
  ['out of memory', 'Errors_and_what_to_do|Training_on_wasm'],
  ['kl vanishing', 'Variational_autoencoders'],
  ['how do I stop training early', 'Long_runs|Observers'],
  ['train on my own photos', 'Your_own_pictures'],
  ['classifier free guidance', 'Diffusion_models|withGuidance'],
  ['save model to indexeddb', 'Saving_and_sharing_models|Long_runs'],
  ['multi gpu', 'How_to_choose|PyTorch_and_back|Runtimes'],
  ['all generated images look the same', 'What_should_my_losses_look_like_|Generative_adversarial_networks'],
  ['discriminator loss goes to zero', 'What_should_my_losses_look_like_'],
];

const chromium = await findChromium();
let browser: Browser;
let site: Site;
let page: Page;
/** Bytes that the search has loaded: text gzipped, everything else, which Pagefind has compressed, as it is on the disk. */
let loaded = 0;

beforeAll(async () => {
  site = await serve({ '/': 'out/site' });
  browser = await playwright.launch(launchOptions(chromium));
  page = await browser.newPage({ locale: 'en-US' });
  page.on('response', async (response) => {
    const url = response.url();
    if (!url.includes('/pagefind/')) return;
    const body = await response.body();
    loaded += /\.(js|json)$/.test(url) ? gzipSync(body).length : body.length;
  });
  await page.goto(`${site.origin}/docs/documents/Concepts.html`);
  await page.click('#site-search');
});
afterAll(async () => {
  await browser?.close();
  site?.close();
});

/** The addresses of the results, in order. */
async function find(query: string): Promise<string[]> {
  await page.fill('#site-search-dialog input', '');
  await page.locator('#site-search-dialog li').first().waitFor({ state: 'detached' });
  await page.fill('#site-search-dialog input', query);
  await page.locator('#site-search-dialog li').first().waitFor();
  return page
    .locator('#site-search-dialog li a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')!));
}

test('the first query loads at most 150 kB, of which 90 are Pagefind itself', async () => {
  await find('mode collapse');
  expect(loaded).toBeGreaterThan(10_000);
  expect(loaded).toBeLessThan(150_000);
});

test.each([...queries, ...everyday])('%s finds %s among the first three', async (query, expected) => {
  const found = await find(query);
  expect(found.slice(0, 3).join('\n')).toMatch(new RegExp(`(${expected})(\\.html|$)`, 'm'));
});

test('a result is the section of a guide that answers', async () => {
  expect((await find('posterior collapse'))[0]).toMatch(/Variational_autoencoders\.html#posterior-collapse$/);
  expect((await find('kl vanishing'))[0]).toMatch(/Variational_autoencoders\.html#posterior-collapse$/);
  expect((await find('fid'))[0]).toMatch(/Measures\.html#/);
  // and no page is there twice
  const pages = (await find('diffusion sampler')).map((address) => address.split('#')[0]);
  expect(new Set(pages).size).toBe(pages.length);
});

test('says what is not supported, with what there is instead, and what has no results', async () => {
  const status = page.locator('#site-search-dialog [role=status]');
  await find('text to image');
  expect(await status.textContent()).toMatch(/^Pictures from a text are not supported/);
  await find('Google Colab');
  expect(await status.textContent()).toMatch(/^Colab and Jupyter run Python/);
  await find('posterior collapse');
  expect(await status.textContent()).toBe('6 pages');
  await page.fill('#site-search-dialog input', '%%%');
  await expect.poll(() => status.textContent()).toBe('No results for "%%%".');
});

test('works by the keyboard alone', async () => {
  const other = await browser.newPage({ locale: 'en-US' });
  await other.goto(`${site.origin}/docs/index.html`);
  const search = async (query: string): Promise<void> => {
    await other.locator('#site-search-dialog').waitFor({ state: 'attached' });
    await other.keyboard.press('/');
    await other.keyboard.type(query);
    await other.locator('#site-search-dialog li').first().waitFor();
  };
  await search('gaussianKl');
  await other.keyboard.press('Escape');
  await other.locator('#site-search-dialog').waitFor({ state: 'hidden' });
  await other.keyboard.press('/');
  await other.keyboard.press('Enter');
  await other.waitForURL(/tfjs-generative\.gaussianKl\.html/);
  await search('mode collapse');
  const links = other.locator('#site-search-dialog li a');
  await links.nth(1).waitFor();
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowDown']) await other.keyboard.press(key);
  const [second, focused] = [links.nth(1), other.locator(':focus')];
  expect(await focused.getAttribute('href')).toBe(await second.getAttribute('href'));
  await other.keyboard.press('Enter');
  await other.waitForURL(/docs\/documents\//);
  await other.close();
});

test('an exact name is the first result', async () => {
  for (const name of ['mlp', 'elbo', 'bernoulli', 'train', 'unet', 'interpolate']) {
    expect((await find(name))[0]).toMatch(new RegExp(`\\.${name}\\.html$`, 'i'));
  }
});
