/**
 * The contract of what a page follows: something that is looked at again when the record changed, and tells what became
 * different. It keeps what it has told, so that whoever comes later gets the whole without a question to the record.
 */
import type { Problem } from '../../core/problem.js';
import type { LiveRecord } from '../../tracking/live/live-record.js';

/** What is told to a page: parts of it that are to be shown anew, as HTML by id, and data for its scripts. */
export interface Told {
  readonly html: Readonly<Record<string, string>>;
  readonly data?: object | undefined;
}

export interface Look {
  /** What is different; absent when nothing is. */
  readonly told?: Told | undefined;
  /** What stood in the way of reading the record, or `no-such-sweep`, `no-such-run`; what was known stays. */
  readonly problem?: Problem | undefined;
}

export interface Topic {
  /** @param now milliseconds since 1970. */
  refresh(record: LiveRecord, now: number): Promise<Look>;
  /** All parts of the page, as of the last look. */
  readonly html: Told['html'];
  /** All data, as of the last look: made for each who asks, since it may be megabytes. */
  data(): Told['data'];
  /** How old, in milliseconds, what was seen may become while the record stays the same. */
  readonly stale: number;
  /** Whether there was more than one look may take, so that another is due at once. */
  readonly unfinished: boolean;
}

/** Parts of a page, of which those are told that are different from before. */
export class Parts {
  #html: Readonly<Record<string, string>> = {};

  /** Those that changed; undefined when none did. */
  update(html: Readonly<Record<string, string>>): Readonly<Record<string, string>> | undefined {
    const changed = Object.entries(html).filter(([id, text]) => this.#html[id] !== text);
    this.#html = { ...this.#html, ...html };
    return changed.length === 0 ? undefined : Object.fromEntries(changed);
  }

  get whole(): Readonly<Record<string, string>> {
    return this.#html;
  }
}

/** Renders the part of that name, one of the templates of the live page. */
export type RenderPart = (name: string, view: object) => string;
