import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readLink, writeLink } from '../../examples/lab/experiment/link.js';
import { experimentOf, stories } from '../../examples/lab/stories/index.js';

const guides = JSON.parse(readFileSync('docs/experiments.json', 'utf8')) as Record<string, Record<string, string>>;

describe.each(Object.entries(guides))('the experiments of docs/%s', (guide, experiments) => {
  test('belong to a guide', () => {
    expect(existsSync(`docs/${guide}`)).toBe(true);
  });

  test.each(Object.entries(experiments))('%s opens as the lab would write it', (_, link) => {
    const { experiment, complaint, place } = readLink(link);
    expect(complaint).toBe('');
    const expected = place.story === undefined ? experiment : experimentOf(stories[place.story - 1]!);
    expect(link).toBe(writeLink(expected, [], place));
  });
});
