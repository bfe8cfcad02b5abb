const answer = 'export const gaussianKl = () => 1;\n';

/** A text that opens something this often and closes it again, around a middle. */
const nested = (open: string, middle: string, close: string, count: number, before = ''): string =>
  `${answer}${before}${open.repeat(count)}${middle}${close.repeat(count)}\n`;

/** How deep something is nested: both a few levels, which a reader may take exponential time for, and as many as fit into a file. */
const DEPTHS = [24, 30_000];

/** What can be nested: its beginning, its middle and its end, and what comes before all. */
const nestings: Readonly<Record<string, readonly [open: string, middle: string, close: string, before?: string]>> = {
  'arrow functions in default values': ['(a = ', '1', ') => 1'],
  'async arrow functions in default values': ['async (a = ', '1', ') => 1'],
  'arrow functions with types in default values': ['(a: number = ', '1', '): number => 1'],
  'patterns in default values': ['({ a = ', '1', ' }) => 1'],
  'arrow functions': ['(a) => (', '1', ')'],
  'arrow functions with a generic': ['<T>(a = ', '1', ') => 1'],
  'casts before parentheses': ['<T>(', '1', ')'],
  casts: ['<T>', '1', ''],
  'casts to functions': ['<(a: T) => T>(', '1', ')'],
  'generic calls': ['f<T>(', '1', ')'],
  'generic calls with calls': ['f<g<', 'T', '>>(1)'],
  generics: ['A<', 'T', '>', 'let a: '],
  'types of functions': ['(b: ', 'T', ') => T', 'let a: '],
  'types in parentheses': ['(', 'T', ')', 'type A = '],
  'types in parentheses with arrows': ['(a?: ', 'T', ') => T', 'const f = (b): '],
  'conditional types': ['T extends (', 'T', ') ? 1 : 2', 'type A = '],
  conditionals: ['1 ? (a) : ', '1', ''],
  'conditionals with arrow functions': ['1 ? (a) : (b) => ', '1', ''],
  'conditionals in conditionals': ['1 ? (', '(a)', ') : (b) => 1'],
  parentheses: ['(', '1', ')'],
  brackets: ['[', '1', ']'],
  braces: ['{', '', '}'],
  objects: ['({ a: ', '1', '})'],
  templates: ['`${', '1', '}`'],
  'templates with tags': ['a`${', '1', '}`'],
  'functions and classes': ['(function () { return class { a = ', '1', ' } })'],
  'regular expressions': ['/(', 'a', ')*/;'],
  'tags of JSX': ['<a>', '1', '</a>'],
  'tags of JSX with braces': ['<a b={', '1', '}></a>'],
  awaits: ['await (', '1', ')'],
  'unary operators': ['!', '1', ''],
  'calls and members': ['a?.(', '1', ')?.b'],
  decorators: ['@(', 'a', ') class A {} '],
  'comments without an end': ['/* ', '', ''],
  'less-than signs': ['a < ', '1', ''],
  'satisfies and as': ['(', '1', ' as T satisfies T)'],
};

/** What can be long: a text with something that is repeated. */
const long: Readonly<Record<string, (count: number) => string>> = {
  'blanks after import': (count) => `import${' '.repeat(count)}`,
  'blanks after import in a comment': (count) => `// import${' '.repeat(count)}x`,
  'blanks after from': (count) => `export * from${' '.repeat(count)}`,
  'tabs and newlines after import(': (count) => `import(${'\t\n'.repeat(count / 2)}`,
  'blanks after many imports': (count) => `import ${' '.repeat(99)}`.repeat(count / 100),
  'a long name': (count) => `const ${'a'.repeat(count)} = 1;`,
  'a long name of a part': (count) => `import './${'a-'.repeat(count / 2)}'`,
  'a long number': (count) => '1'.repeat(count),
  'a long string without an end': (count) => `'${'\\\\'.repeat(count / 2)}`,
  'a long regular expression': (count) => `/${'[a-'.repeat(count / 3)}`,
  'many slashes': (count) => '/'.repeat(count),
  'many newlines': (count) => '\r\n\u2028'.repeat(count / 3),
  'many stars': (count) => `/${'*'.repeat(count)}`,
  'many exports': (count) => 'export {};'.repeat(count / 10),
  'many colons': (count) => ': '.repeat(count / 2),
};

/** Texts that may keep a reader busy: a name, and the text of a file. */
export const hostileTexts: Readonly<Record<string, string>> = Object.fromEntries([
  ...Object.entries(nestings).flatMap(([name, [open, middle, close, before]]) =>
    DEPTHS.map((depth) => {
      const count = Math.min(depth, Math.floor(250_000 / (open.length + close.length)));
      return [`${count} ${name}`, nested(open, middle, close, count, before)];
    }),
  ),
  ...Object.entries(long).map(([name, textOf]) => [name, `${answer}${textOf(200_000)}\n`]),
]);
