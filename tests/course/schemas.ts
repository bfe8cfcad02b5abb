import { Ajv } from 'ajv';
import { expect } from 'vitest';
import { classroom50, gradescope, junit, prairieLearn, type ResultFormat } from '../../src/grading/index.js';

const text = { type: 'string', minLength: 1 } as const;
const points = { type: 'number', minimum: 0 } as const;
const whole = { type: 'integer', minimum: 0 } as const;

/** https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format */
const forGradescope = {
  type: 'object',
  required: ['score', 'tests'],
  additionalProperties: false,
  properties: {
    score: points,
    execution_time: points,
    output: { type: 'string' },
    output_format: { enum: ['text', 'html', 'simple_format', 'md', 'ansi'] },
    visibility: { enum: ['hidden', 'after_due_date', 'after_published', 'visible'] },
    stdout_visibility: { enum: ['hidden', 'after_due_date', 'after_published', 'visible'] },
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
          output: { type: 'string' },
          output_format: { enum: ['text', 'html', 'simple_format', 'md', 'ansi'] },
          visibility: { enum: ['hidden', 'after_due_date', 'after_published', 'visible'] },
        },
      },
    },
  },
};

/** https://docs.prairielearn.com/externalGrading/ */
const forPrairieLearn = {
  type: 'object',
  required: ['gradable'],
  additionalProperties: false,
  properties: {
    gradable: { type: 'boolean' },
    score: { type: 'number', minimum: 0, maximum: 1 },
    message: { type: 'string' },
    output: { type: 'string' },
    format_errors: { type: 'array', items: text },
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
          images: {
            type: 'array',
            items: {
              type: 'object',
              required: ['url'],
              properties: { label: text, url: { type: 'string', pattern: '^data:image/' } },
            },
          },
        },
      },
    },
  },
  if: { properties: { gradable: { const: false } } },
  then: { required: ['format_errors'] },
  else: { required: ['score', 'tests'] },
};

/** https://github.com/foundation50/classroom50/wiki/Advanced-Autograding */
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
  classroom50: { format: classroom50, obeys: (file) => obeysSchema(forClassroom50, file) },
  junit: { format: junit, obeys: obeysJunit },
};

function obeysSchema(schema: object, file: string): void {
  const validate = ajv.compile(schema);
  validate(JSON.parse(file));
  expect(validate.errors ?? []).toEqual([]);
}

/** https://github.com/testmoapp/junitxml: elements that nest and close, with the counts of what they hold. */
function obeysJunit(file: string): void {
  const [declaration, ...lines] = file.split('\n');
  expect(declaration).toBe('<?xml version="1.0" encoding="UTF-8"?>');
  const open: string[] = [];
  const counts: Record<string, number> = {};
  const content = lines.join('\n');
  const tag =
    /<(\/?)(testsuites|testsuite|testcase|failure)((?: [a-z]+="[^"<&]*(?:&(?:amp|lt|gt|quot|apos);[^"<&]*)*")*)(\/?)>/g;
  for (const [, closes, name, , empty] of content.matchAll(tag)) {
    if (closes) expect(open.pop()).toBe(name);
    else {
      expect(['testsuites', 'testsuite', 'testcase', 'failure'][open.length]).toBe(name);
      counts[name!] = (counts[name!] ?? 0) + 1;
      if (!empty) open.push(name!);
    }
  }
  expect(open).toEqual([]);
  // all that is left is text without marks
  expect(content.replaceAll(tag, '')).not.toMatch(/[<>]|&(?!(amp|lt|gt|quot|apos);)/);
  expect(content).toContain(`<testsuites tests="${counts['testcase']}" failures="${counts['failure'] ?? 0}">`);
}
