/** From the space of a sweep, as its record has it, to what values each of its numbers might have had. */
import { isJsonObject, type Json } from '../../../core/json.js';
import { observedDomain, union, type NumberDomain } from './parameter-domain.js';

/**
 * The domains of all numbers in a space (docs/sweeps.md), by path; one that lies in several choices has all that it may be
 * in any. Left out are categories, and `normal`, which has no ends.
 * @param space the `space` of a sweep's settings; anything else has no domains
 */
export function spaceDomains(space: Json | undefined): Readonly<Record<string, NumberDomain>> {
  const domains = new Map<string, NumberDomain>();
  collect(space, domains);
  return Object.fromEntries(domains);
}

function collect(space: Json | undefined, domains: Map<string, NumberDomain>): void {
  if (!isJsonObject(space)) return;
  for (const [path, parameter] of Object.entries(space)) {
    const domain = domainOf(parameter);
    const before = domains.get(path);
    if (domain !== undefined) domains.set(path, before === undefined ? domain : union(before, domain));
    if (!isJsonObject(parameter) || !Array.isArray(parameter['choice'])) continue;
    for (const choice of parameter['choice']) if (isJsonObject(choice)) collect(choice['space'], domains);
  }
}

function domainOf(parameter: Json | undefined): NumberDomain | undefined {
  if (Array.isArray(parameter)) {
    const numbers = parameter.filter((value) => typeof value === 'number');
    return numbers.length > 0 && numbers.length === parameter.length ? observedDomain(numbers) : undefined;
  }
  if (!isJsonObject(parameter)) return undefined;
  const [kind = '', ends] = Object.entries(parameter)[0] ?? [];
  if (!Array.isArray(ends)) return undefined;
  const [low, high, step] = ends as readonly Json[];
  if (typeof low !== 'number' || typeof high !== 'number') return undefined;
  const log = kind === 'logUniform' || kind === 'logInt';
  switch (kind) {
    case 'uniform':
    case 'logUniform':
      return { kind: 'number', low, high, log };
    case 'int':
    case 'logInt':
      return { kind: 'number', low, high, log, step: 1 };
    case 'quantized':
      return { kind: 'number', low, high, log, ...(typeof step === 'number' ? { step } : {}) };
    default:
      return undefined;
  }
}
