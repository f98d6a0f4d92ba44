/** JSON values as YAML on one line, as people would write them. Knows nothing of configurations. */
import { isJsonObject, type Json } from '../core/json.js';

/** Strings that YAML would read as something else, or not at all, stand in quotes: every JSON string is YAML. */
export function yamlScalar(value: null | boolean | number | string): string {
  if (typeof value !== 'string') return String(value);
  const plain = /^[A-Za-z_./][\w ./-]*$/.test(value) && !value.endsWith(' ');
  return plain && !/^(true|false|null|yes|no|on|off|y|n|\.inf|\.nan)$/i.test(value)
    ? value
    : JSON.stringify(value);
}

/** A value on one line: `[28, 28, 1]`, `{ kind: adam, learningRate: 0.001 }`. */
export function yamlFlow(value: Json | undefined): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(yamlFlow).join(', ')}]`;
  if (!isJsonObject(value)) return yamlScalar(value as string);
  const members = Object.entries(value).map(([key, member]) => `${yamlScalar(key)}: ${yamlFlow(member)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}
