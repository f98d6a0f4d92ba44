/** Amounts as people write them: `8h`, `30m`, `2GB`. What is asked for them, and where, is their readers' business. */

const milliseconds: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const bytes: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** What to write, to stand after "expected X to be". */
export const ageRule = 'a number with a unit (s, m, h, d, w), such as 30d';
export const sizeRule = 'a number with a unit (B, KB, MB, GB, TB), such as 20GB';

function parse(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, number, name = ''] = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(text) ?? [];
  const unit = units[name] ?? units[name.toUpperCase()];
  return unit === undefined ? undefined : Number(number) * unit;
}

/** Milliseconds of `90s`, `15m`, `12h`, `30d`, `8w`; nothing when the text is none of these. */
export function millisecondsOf(text: string): number | undefined {
  return parse(text, milliseconds);
}

/** Bytes of `500MB`, `20GB`; units are powers of 1000. Nothing when the text is none of these. */
export function bytesOf(text: string): number | undefined {
  return parse(text, bytes);
}
