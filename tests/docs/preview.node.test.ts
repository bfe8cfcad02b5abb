import { describe, expect, test } from 'vitest';
import { addressOf } from '../../docs/package.mjs';
import { previewOf } from '../../docs/site/header/preview.mjs';

const shown = { title: 'A title', description: 'A description', page: 'docs/a.html' };

describe('previews of links', () => {
  test('have full addresses where the build knows that of the site', () => {
    const address = addressOf(
      { SITE_URL: 'https://example.org/generative' },
      { homepage: 'https://elsewhere.example/' },
    );
    expect(address).toBe('https://example.org/generative/');
    const tags = previewOf(shown, address);
    expect(tags).toContain('<meta property="og:image" content="https://example.org/generative/preview.png"/>');
    expect(tags).toContain('<meta property="og:url" content="https://example.org/generative/docs/a.html"/>');
  });

  test('have the address of package.json without SITE_URL, and invent none', () => {
    expect(addressOf({}, { homepage: 'https://example.org/' })).toBe('https://example.org/');
    expect(addressOf({ SITE_URL: '' }, { homepage: '' })).toBeUndefined();
    expect(addressOf({}, {})).toBeUndefined();
    if (addressOf(process.env, {}) === undefined) expect(previewOf(shown)).not.toContain('og:url');
  });

  test('need a full address', () => {
    expect(() => addressOf({ SITE_URL: 'example.org' }, {})).toThrow('must begin with https://; got example.org');
  });
});
