/** Reads ages (`30d`) and sizes (`20GB`) from the command line. */
import { ageRule, bytesOf, millisecondsOf, sizeRule } from '../core/amounts.js';
import { expected, failed, ok, type Result } from '../core/problem.js';

function answer(amount: number | undefined, text: string, option: string, rule: string): Result<number> {
  if (amount !== undefined) return ok(amount);
  return failed({ code: 'invalid-option', message: expected(option, rule, text) });
}

/** Milliseconds of `90s`, `15m`, `12h`, `30d`, `8w`. */
export function parseAge(text: string, option: string): Result<number> {
  return answer(millisecondsOf(text), text, option, ageRule);
}

/** Bytes of `500MB`, `20GB`; units are powers of 1000. */
export function parseSize(text: string, option: string): Result<number> {
  return answer(bytesOf(text), text, option, sizeRule);
}
