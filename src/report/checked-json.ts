/**
 * Reading an artifact's JSON with a clear message when it is not what docs/artifacts.md says: a stage of one's own may
 * have made it. Knows no artifact by name.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type Json, type JsonObject } from '../core/json.js';
import { expected, ProblemError } from '../core/problem.js';

/** An object of a JSON file, with the words for where it stands: `metrics.json: perClass[3]`. */
export class CheckedJson {
  readonly #place: string;
  readonly #object: JsonObject;

  constructor(place: string, value: Json | undefined) {
    this.#place = place;
    if (!isJsonObject(value)) this.#refuse(place, 'an object', value);
    this.#object = value;
  }

  static read(folder: string, file: string): CheckedJson {
    let value: Json;
    try {
      value = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Json;
    } catch (error) {
      throw new ProblemError({
        code: 'bad-artifact',
        message: `${file} can't be read: ${(error as Error).message}`,
      });
    }
    return new CheckedJson(file, value);
  }

  number(key: string): number {
    const value = this.#object[key];
    return typeof value === 'number' ? value : this.#refuse(this.#at(key), 'a number', value);
  }

  /** A number, or `undefined` when it is absent or null. */
  optionalNumber(key: string): number | undefined {
    return (this.#object[key] ?? undefined) === undefined ? undefined : this.number(key);
  }

  string(key: string): string {
    const value = this.#object[key];
    return typeof value === 'string' ? value : this.#refuse(this.#at(key), 'a string', value);
  }

  /** True when it is true; anything else is no. */
  flag(key: string): boolean {
    return this.#object[key] === true;
  }

  object(key: string): CheckedJson {
    return new CheckedJson(this.#at(key), this.#object[key]);
  }

  objects(key: string): CheckedJson[] {
    return this.#list(key).map((item, i) => new CheckedJson(`${this.#at(key)}[${i}]`, item));
  }

  strings(key: string): string[] {
    return this.#items(key, 'a string', (item) => typeof item === 'string');
  }

  numbers(key: string): number[] {
    return this.#items(key, 'a number', (item) => typeof item === 'number');
  }

  /** All members that are numbers: flat metrics. */
  numericMembers(): Record<string, number> {
    return Object.fromEntries(
      Object.entries(this.#object).filter(
        (member): member is [string, number] => typeof member[1] === 'number',
      ),
    );
  }

  /** The value as it stands. */
  raw(key: string): Json | undefined {
    return this.#object[key];
  }

  #items<T extends Json>(key: string, rule: string, fits: (item: Json) => boolean): T[] {
    const list = this.#list(key);
    const wrong = list.findIndex((item) => !fits(item));
    if (wrong !== -1) this.#refuse(`${this.#at(key)}[${wrong}]`, rule, list[wrong]);
    return list as T[];
  }

  #list(key: string): readonly Json[] {
    const value = this.#object[key];
    return Array.isArray(value) ? (value as readonly Json[]) : this.#refuse(this.#at(key), 'a list', value);
  }

  #at(key: string): string {
    return this.#place.includes(':') ? `${this.#place}.${key}` : `${this.#place}: ${key}`;
  }

  #refuse(place: string, rule: string, got: unknown): never {
    throw new ProblemError({ code: 'bad-artifact', message: expected(place, rule, got) });
  }
}
