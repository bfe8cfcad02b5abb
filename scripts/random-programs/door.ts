import ts from 'typescript';
import type { Api, ApiFunction, ApiParameter } from './api-types.js';
import type { Draw } from './draw.js';
import { exampleCalls } from './example-calls.js';
import { examplesOf } from './example-values.js';
import { call, expressionOf, method, type Expression, type Program, type Written } from './expression.js';

/** Numbers by the names of options and arguments; 2 for others. */
const numbers: Readonly<Record<string, number>> = {
  units: 3, inputs: 4, size: 4, classes: 3, heads: 2, groups: 2, rate: 0.3, latentSize: 2, steps: 4, seed: 1, low: 0, high: 1, from: 0, to: 1, total: 5,
  dimension: 0, fraction: 0.2, variance: 0.5, limit: 5, decay: 0.9, learningRate: 0.01, dropoutRate: 0.1, threshold: 0.1, share: 0.5, topP: 0.9,
  temperature: 1, quantile: 0.5, falseAlarms: 0.5, standardDeviation: 0.5, realTarget: 0.9, epsilon: 1e-5, momentum: 0.9, t: 1, timestep: 1, norm: 1,
  dropCondition: 0.1, dropLabel: 0.1, scale: 0.1, rotation: 0.1, shift: 0.1, brightness: 0.1, contrast: 0.1, saturation: 0.1, background: 0.5, minLogVariance: -4, factor: 0.5, rise: 0.5,
}; // prettier-ignore

/** Texts by the names of arguments. */
const texts: Readonly<Record<string, string>> = {
  metric: 'loss',
  goal: 'min',
  name: 'kind',
  text: 'banana',
  path: '/nowhere/file',
  url: 'http://127.0.0.1:9/none',
};

/** A call of a public function with arguments made from its parameters' types. */
export function doorCall(d: Draw, api: Api, { entry, name, parameters }: ApiFunction): Program {
  const example = exampleCalls[`${entry}/${name}`];
  const list = example && d.chance(0.8) ? example(d).map(expressionOf) : argumentsOf(d, api, parameters);
  const [type, member] = name.split('.') as [string, string?];
  if (member === undefined)
    return { rule: `door ${entry}/${name}`, constants: [['outResult', call(`${entry}/${name}`, ...list)]] };
  const of = expressionOf(examplesOf[type]?.(d) ?? valueOfName(d, api, type, 3));
  return {
    rule: `door ${entry}/${name}`,
    constants: [
      ['of', of],
      ['outResult', method({ is: 'name', name: 'of' }, member, ...list)],
    ],
  };
}

function argumentsOf(d: Draw, api: Api, parameters: readonly ApiParameter[]): Expression[] {
  const list: Expression[] = [];
  for (const { name, type, isOptional, isRest } of parameters) {
    if (isOptional && d.chance(0.4)) break;
    const value = expressionOf(type ? valueOfType(d, api, type, name, 3) : 1);
    if (isRest) list.push(...(value.is === 'array' ? value.items : [value]));
    else list.push(value);
  }
  return list;
}

/** A value of a type, by the names that the report uses. */
function valueOfType(d: Draw, api: Api, type: ts.TypeNode, name: string, depth: number): Written {
  const inner = (of: ts.TypeNode, as = name): Written => valueOfType(d, api, of, as, depth);
  if (ts.isTypeOperatorNode(type) || ts.isParenthesizedTypeNode(type) || ts.isOptionalTypeNode(type))
    return inner(type.type);
  if (ts.isNamedTupleMember(type)) return inner(type.type, type.name.getText());
  if (ts.isArrayTypeNode(type)) return name === 'shape' ? [3, 4] : [inner(type.elementType), inner(type.elementType)];
  if (ts.isTupleTypeNode(type))
    return type.elements.map((element, i) => (isNumber(element) && /range|clip/.test(name) ? i : inner(element)));
  if (ts.isUnionTypeNode(type))
    return inner(d.pick(type.types.filter((one) => one.kind !== ts.SyntaxKind.UndefinedKeyword)));
  if (ts.isIntersectionTypeNode(type)) return merged(type.types.map((one) => inner(one)));
  if (ts.isLiteralTypeNode(type)) return literal(type.literal);
  if (ts.isFunctionTypeNode(type)) return { is: 'odd', text: '() => undefined' };
  if (ts.isTypeLiteralNode(type)) return fieldsOf(d, api, type.members, depth - 1);
  if (ts.isTypeReferenceNode(type)) return valueOfReference(d, api, type, name, depth);
  if (type.kind === ts.SyntaxKind.NumberKeyword) return numbers[name] ?? 2;
  if (type.kind === ts.SyntaxKind.StringKeyword) return texts[name] ?? 'text';
  if (type.kind === ts.SyntaxKind.BooleanKeyword) return d.chance(0.5);
  if (type.kind === ts.SyntaxKind.BigIntKeyword) return { is: 'odd', text: '10n' };
  return {};
}

const isNumber = (type: ts.TypeNode): boolean =>
  type.kind === ts.SyntaxKind.NumberKeyword || (ts.isNamedTupleMember(type) && isNumber(type.type));

function literal(of: ts.LiteralTypeNode['literal']): Written {
  if (ts.isStringLiteral(of)) return of.text;
  if (ts.isNumericLiteral(of)) return Number(of.text);
  return of.kind === ts.SyntaxKind.TrueKeyword ? true : of.kind === ts.SyntaxKind.FalseKeyword ? false : null;
}

const merged = (all: readonly Written[]): Written => {
  const objects = all.map(expressionOf);
  if (!objects.every((one) => one.is === 'object')) return objects.find((one) => one.is !== 'object');
  return {
    is: 'object',
    fields: Object.assign({}, ...objects.map((one) => (one as { fields: object }).fields)) as Record<
      string,
      Expression
    >,
  };
};

function valueOfReference(d: Draw, api: Api, type: ts.TypeReferenceNode, name: string, depth: number): Written {
  const of = type.typeName.getText();
  const [first] = type.typeArguments ?? [];
  if (['Readonly', 'Partial', 'Required', 'Omit', 'Pick', 'NoInfer', 'Iterable', 'ReadonlyMap'].includes(of) && first)
    return valueOfType(d, api, first, name, depth);
  if (of === 'Record' && type.typeArguments?.[1])
    return { loss: valueOfType(d, api, type.typeArguments[1], name, depth) };
  if ((of === 'ArrayLike' || of === 'ReadonlyArray') && first)
    return [0, 1, 2].map(() => valueOfType(d, api, first, name, depth));
  return valueOfName(d, api, of, depth, name);
}

function valueOfName(d: Draw, api: Api, of: string, depth: number, name = of): Written {
  const example = examplesOf[of];
  if (example !== undefined) return example(d);
  const declared = api.types.get(of);
  if (declared === undefined || depth <= 0) return {};
  if (ts.isTypeAliasDeclaration(declared)) return valueOfType(d, api, declared.type, name, depth - 1);
  const above = (declared.heritageClauses ?? []).flatMap(({ types }) => types);
  const inherited = above.map((one): Written => {
    const [first] = one.typeArguments ?? [];
    const base = one.expression.getText();
    return ['Omit', 'Pick'].includes(base) && first
      ? valueOfType(d, api, first, name, depth - 1)
      : valueOfName(d, api, base, depth - 1);
  });
  return merged([...inherited, fieldsOf(d, api, declared.members, depth - 1)]);
}

function fieldsOf(d: Draw, api: Api, members: ts.NodeArray<ts.TypeElement>, depth: number): Written {
  const fields: Record<string, Written> = {};
  for (const member of members) {
    const name = member.name?.getText();
    if (name === undefined || (member.questionToken !== undefined && d.chance(0.7))) continue;
    if (ts.isPropertySignature(member) && member.type) fields[name] = valueOfType(d, api, member.type, name, depth);
    else if (ts.isMethodSignature(member)) fields[name] = { is: 'odd', text: '() => undefined' };
  }
  return fields;
}
