/** A setting's axis: its values between 0 and 1, and back. */
import type { VaryingSetting } from './varying-settings.js';

export interface SettingScale {
  /** From 0 at the lowest value that was seen to 1 at the highest; of a category its index. */
  toUnit(value: number): number;
  fromUnit(unit: number): number;
}

/** By the logarithm for a `log-number`; where all values are the same, that one lies in the middle. */
export function settingScale({ kind, values }: Pick<VaryingSetting, 'kind' | 'values'>): SettingScale {
  if (kind === 'category') return { toUnit: (value) => value, fromUnit: (unit) => unit };
  const [forth, back] = kind === 'log-number' ? [Math.log, Math.exp] : [same, same];
  const places = values.filter((value) => value !== null).map(forth);
  const low = places.reduce((least, place) => Math.min(least, place), Infinity);
  const width = places.reduce((most, place) => Math.max(most, place), -Infinity) - low;
  if (!(width > 0)) return { toUnit: () => 0.5, fromUnit: () => back(low) };
  return {
    toUnit: (value) => (forth(value) - low) / width,
    fromUnit: (unit) => back(low + unit * width),
  };
}

function same(value: number): number {
  return value;
}
