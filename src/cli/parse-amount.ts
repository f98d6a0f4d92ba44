/** Reads ages (`30d`) and sizes (`20GB`) from the command line. */
import { expected, failed, ok, type Result } from '../core/problem.js';

const milliseconds: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const bytes: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

function parse(
  text: string,
  units: Readonly<Record<string, number>>,
  option: string,
  rule: string,
): Result<number> {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(text);
  const unit = match === null ? undefined : (units[match[2]!] ?? units[match[2]!.toUpperCase()]);
  if (match === null || unit === undefined) {
    return failed({ code: 'invalid-option', message: expected(option, rule, text) });
  }
  return ok(Number(match[1]) * unit);
}

/** Milliseconds of `90s`, `15m`, `12h`, `30d`, `8w`. */
export function parseAge(text: string, option: string): Result<number> {
  return parse(text, milliseconds, option, 'a number with a unit (s, m, h, d, w), such as 30d');
}

/** Bytes of `500MB`, `20GB`; units are powers of 1000. */
export function parseSize(text: string, option: string): Result<number> {
  return parse(text, bytes, option, 'a number with a unit (B, KB, MB, GB, TB), such as 20GB');
}
