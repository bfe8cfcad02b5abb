import type { OnnxModel } from './write-model.js';

/** Removes nodes and constants that nothing uses. A constant that is only used in another shape or order gives that one its name. */
export function finish({ nodes, constants, outputs }: OnnxModel): void {
  const used = new Set(outputs.keys());
  for (let i = nodes.length - 1; i >= 0; i--) {
    const { inputs, outputs } = nodes[i]!;
    if (outputs.some((name) => used.has(name))) inputs.forEach((name) => used.add(name));
    else nodes.splice(i, 1);
  }
  const renamed = new Map<string, string>();
  for (const [name, constant] of Array.from(constants)) {
    const { from } = constant;
    if (used.has(name) && (from === undefined || used.has(from))) continue;
    constants.delete(name);
    if (!used.has(name)) continue;
    used.add(from!);
    renamed.set(name, from!);
    constants.set(from!, constant);
  }
  nodes.forEach((node, i) => {
    nodes[i] = { ...node, inputs: node.inputs.map((name) => renamed.get(name) ?? name) };
  });
}
