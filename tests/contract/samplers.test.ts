import { describe } from 'vitest';
import { inScope } from '../support/in-scope.js';
import { numberLaws } from './sampler-laws.js';
import { samplers } from './samplers.js';

inScope();

describe.each(samplers)('$name', numberLaws);
