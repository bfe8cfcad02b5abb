import { transform } from 'sucrase';

/**
 * Compiles TypeScript to the body of a function that gets `require` and `exports`; lines keep their numbers.
 *
 * @throws SyntaxError if it does not parse
 */
export function compile(text: string): string {
  try {
    return transform(text, { transforms: ['typescript', 'imports'], disableESTransforms: true, production: true }).code;
  } catch (error) {
    throw new SyntaxError((error as Error).message.replace(/^Error transforming .*?: /, ''), { cause: error });
  }
}
