export { createConditionalPrior } from './conditional-prior.js';
export { createFlowPrior, type FlowPriorOptions } from './flow-prior.js';
export { createHierarchicalPrior, type HierarchicalPriorOptions } from './hierarchical-prior.js';
export { createMixturePrior, type MixturePriorOptions } from './mixture-prior.js';
export { createVampPrior, type VampPriorOptions } from './vamp-prior.js';
