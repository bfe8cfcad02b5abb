import {
  childrenOf,
  expressionOf,
  placesOf,
  replaced,
  type Expression,
  type Program,
  withChild,
} from './expression.js';
import type { Draw } from './draw.js';

/**
 * The program with an average of its weights, in some of the draws: the trainer's option `average` goes into parts that are made like
 * those of `into`.
 */
export function twin(d: Draw, into: Expression, program: Program): Program {
  if (!d.chance(0.25)) return program;
  const options = placesOf(program).find(
    ([place, one]) => place[0] === 'trainer' && place.length === 2 && one.is === 'object',
  );
  if (options === undefined) return program;
  const average = expressionOf({ into: inlined(program, into), decay: d.pick([0, 0.5, 0.99]) });
  return replaced(program, options[0], withChild(options[1], 'average', average));
}

/** The expression without names of parts: they are made again in it. */
function inlined(program: Program, expression: Expression): Expression {
  if (expression.is === 'name') {
    const meant = program.constants.find(([name]) => name === expression.name)?.[1];
    return meant === undefined ? expression : inlined(program, meant);
  }
  let made: Expression = expression;
  for (const [key, child] of childrenOf(expression)) made = withChild(made, key, inlined(program, child));
  return made;
}
