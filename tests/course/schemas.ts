import { Ajv } from 'ajv';
import { expect } from 'vitest';
import { classroom50, gradescope, junit, prairieLearn, type ResultFormat } from '../../src/grading/index.js';

const text = { type: 'string', minLength: 1 } as const;
const points = { type: 'number', minimum: 0 } as const;
const whole = { type: 'integer', minimum: 0 } as const;

const format = { enum: ['text', 'html', 'simple_format', 'md', 'ansi'] } as const;
const visibility = { enum: ['hidden', 'after_due_date', 'after_published', 'visible'] } as const;

/**
 * https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format: every field there is optional, but either the whole or
 * each test has a score. Ours has both.
 */
const forGradescope = {
  type: 'object',
  required: ['score', 'tests'],
  additionalProperties: false,
  properties: {
    score: points,
    execution_time: points,
    output: { type: 'string' },
    output_format: format,
    test_output_format: format,
    test_name_format: format,
    visibility,
    stdout_visibility: visibility,
    extra_data: { type: 'object' },
    leaderboard: { type: 'array' },
    tests: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'score', 'max_score'],
        properties: {
          score: points,
          max_score: points,
          status: { enum: ['passed', 'failed'] },
          name: text,
          name_format: format,
          number: { type: 'string' },
          output: { type: 'string' },
          output_format: format,
          tags: { type: 'array', items: text },
          visibility,
          extra_data: { type: 'object' },
        },
      },
    },
  },
};

/** The documents have `data:[mimetype];base64,[contents]`. */
const images = {
  type: 'array',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['url'],
    properties: { label: text, url: { type: 'string', pattern: '^data:image/[a-z+]+;base64,[A-Za-z0-9+/]+=*$' } },
  },
} as const;

/**
 * https://docs.prairielearn.com/externalGrading/#grading-results: of a gradable submission `score` alone is required, of another one
 * nothing. Points are shown if every test has `points` and `max_points`.
 */
const forPrairieLearn = {
  type: 'object',
  additionalProperties: false,
  properties: {
    gradable: { type: 'boolean' },
    score: { type: 'number', minimum: 0, maximum: 1 },
    message: { type: 'string' },
    output: { type: 'string' },
    images,
    format_errors: { anyOf: [text, { type: 'array', items: text, minItems: 1 }] },
    tests: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'points', 'max_points'],
        properties: {
          name: text,
          description: { type: 'string' },
          points,
          max_points: points,
          message: { type: 'string' },
          output: { type: 'string' },
          images,
        },
      },
    },
  },
  if: { properties: { gradable: { const: false } }, required: ['gradable'] },
  then: { required: ['format_errors'] },
  else: { required: ['score', 'tests'] },
};

/**
 * https://github.com/foundation50/classroom50/wiki/Advanced-Autograding#the-resultjson-contract. The runner adds `owner` and
 * `assignment_type`; texts are not empty, and a score is at most its maximum.
 */
const forClassroom50 = {
  type: 'object',
  additionalProperties: false,
  required: [
    ...['schema', 'classroom', 'assignment', 'submission', 'commit', 'release', 'review', 'datetime'],
    ...['score', 'max-score', 'tests'],
  ],
  properties: {
    schema: { const: 'classroom50/result/v1' },
    classroom: text,
    assignment: text,
    submission: text,
    commit: text,
    release: text,
    review: text,
    datetime: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' },
    score: whole,
    'max-score': whole,
    tests: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['test-name', 'passed', 'score', 'max-score'],
        properties: { 'test-name': text, passed: { type: 'boolean' }, score: whole, 'max-score': whole },
      },
    },
  },
};

const ajv = new Ajv({ strict: false });

/** The formats, each with what its file must obey. */
export const formats: Readonly<
  Record<string, { readonly format: ResultFormat; readonly obeys: (file: string) => void }>
> = {
  gradescope: { format: gradescope, obeys: (file) => obeysSchema(forGradescope, file) },
  prairieLearn: {
    format: prairieLearn,
    obeys: (file) => {
      obeysSchema(forPrairieLearn, file);
      expect(file.length).toBeLessThan(1e6);
    },
  },
  classroom50: {
    format: classroom50,
    obeys: (file) => {
      obeysSchema(forClassroom50, file);
      const { tests, ...whole } = JSON.parse(file) as Scored & { readonly tests: readonly Scored[] };
      for (const scored of [whole, ...tests]) expect(scored.score).toBeLessThanOrEqual(scored['max-score']);
    },
  },
  junit: { format: junit, obeys: obeysJunit },
};

interface Scored {
  readonly score: number;
  readonly 'max-score': number;
}

function obeysSchema(schema: object, file: string): void {
  const validate = ajv.compile(schema);
  validate(JSON.parse(file));
  expect(validate.errors ?? []).toEqual([]);
}

/** Of https://github.com/testmoapp/junitxml: what is inside each element, and its attributes. */
const junitElements: Readonly<Record<string, { readonly in: string; readonly attributes: readonly string[] }>> = {
  testsuites: {
    in: '',
    attributes: ['name', 'tests', 'failures', 'errors', 'skipped', 'assertions', 'time', 'timestamp'],
  },
  testsuite: {
    in: 'testsuites',
    attributes: ['name', 'tests', 'failures', 'errors', 'skipped', 'assertions', 'time', 'timestamp', 'file'],
  },
  testcase: { in: 'testsuite', attributes: ['name', 'classname', 'assertions', 'time', 'file', 'line'] },
  failure: { in: 'testcase', attributes: ['message', 'type'] },
};

/** Elements that nest and close, with their attributes and the counts of what they hold. */
function obeysJunit(file: string): void {
  const [declaration, ...lines] = file.split('\n');
  expect(declaration).toBe('<?xml version="1.0" encoding="UTF-8"?>');
  const open: string[] = [];
  const counts: Record<string, number> = {};
  const content = lines.join('\n');
  const tag = /<(\/?)(\w+)((?: [a-z]+="[^"<&]*(?:&(?:amp|lt|gt|quot|apos);[^"<&]*)*")*)(\/?)>/g;
  for (const [, closes, name, attributes, empty] of content.matchAll(tag)) {
    if (closes) expect(open.pop()).toBe(name);
    else {
      expect(junitElements[name!]?.in).toBe(open.at(-1) ?? '');
      for (const [, attribute] of attributes!.matchAll(/ ([a-z]+)="[^"]*"/g))
        expect(junitElements[name!]!.attributes).toContain(attribute);
      counts[name!] = (counts[name!] ?? 0) + 1;
      if (!empty) open.push(name!);
    }
  }
  expect(open).toEqual([]);
  expect(counts['testsuites']).toBe(1);
  // all that is left is text without marks
  expect(content.replaceAll(tag, '')).not.toMatch(/[<>]|&(?!(amp|lt|gt|quot|apos);)/);
  const total = `tests="${counts['testcase'] ?? 0}" failures="${counts['failure'] ?? 0}"`;
  expect(content.split(total)).toHaveLength(3);
}
