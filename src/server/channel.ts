/**
 * A topic with those who follow it: looks at most once for each state of the record, keeps the last events for those who
 * come back, and tells everybody the same bytes.
 */
import { randomBytes } from 'node:crypto';
import type { Problem } from '../core/problem.js';
import type { LiveRecord } from '../tracking/live/live-record.js';
import type { Subscriber } from './subscriber.js';
import type { Told, Topic } from './topics/topic.js';

/** What is kept of events for those who come back; after more than that they get everything. */
const mostEvents = 256;
const mostBytes = 1024 * 1024;

interface LoggedEvent {
  readonly number: number;
  readonly bytes: Buffer;
}

export class Channel {
  readonly #topic: Topic;
  readonly #notice: (problem: Problem | undefined) => string;
  /** Numbers of another server, or of an earlier topic of this name, mean nothing here. */
  readonly #token = randomBytes(6).toString('hex');
  readonly #subscribers = new Set<Subscriber>();
  readonly #log: LoggedEvent[] = [];
  #logBytes = 0;
  #number = 0;
  #version: string | undefined;
  #lookedAt = -Infinity;
  #looking: Promise<void> | undefined;
  #noticeHtml = '';
  /** Everything as one event, made when first asked for and good until something changes. */
  #snapshot: Buffer | undefined;
  /** When somebody last followed it or asked for its page. */
  usedAt = performance.now();
  problem: Problem | undefined;

  /** @param notice what is shown of a problem, as HTML. */
  constructor(topic: Topic, notice: (problem: Problem | undefined) => string) {
    this.#topic = topic;
    this.#notice = notice;
  }

  get followers(): number {
    return this.#subscribers.size;
  }

  get unfinished(): boolean {
    return this.#topic.unfinished;
  }

  /** @param version of the record, undefined when that could not be read; the same one again is not looked at soon again. */
  async refresh(record: LiveRecord, version: string | undefined): Promise<void> {
    const stale = performance.now() - this.#lookedAt > this.#topic.stale;
    if (!stale && !this.#topic.unfinished && version !== undefined && version === this.#version) return;
    // Two requests at once look once.
    this.#looking ??= this.#look(record, version).finally(() => (this.#looking = undefined));
    await this.#looking;
  }

  async #look(record: LiveRecord, version: string | undefined): Promise<void> {
    const { told, problem } = await this.#topic.refresh(record, Date.now());
    this.#version = version;
    this.#lookedAt = performance.now();
    this.problem = problem;
    const notice = this.#notice(problem);
    const noticed = notice === this.#noticeHtml ? {} : { notice };
    this.#noticeHtml = notice;
    const html = { ...told?.html, ...noticed };
    if (told === undefined && Object.keys(html).length === 0) return;
    this.#snapshot = undefined;
    this.#number += 1;
    const bytes = this.#encode('change', { html, data: told?.data });
    this.#keep({ number: this.#number, bytes });
    for (const subscriber of this.#subscribers) subscriber.send(bytes);
  }

  /** Everything to be shown, as of the last look. */
  whole(): Told {
    const { html, data } = this.#topic.whole();
    return { html: { ...html, notice: this.#noticeHtml }, data };
  }

  /** @param lastEvent the id of the last event that it got, from this server or another. */
  follow(subscriber: Subscriber, lastEvent: string | undefined): void {
    this.#subscribers.add(subscriber);
    subscriber.onGone(() => {
      this.#subscribers.delete(subscriber);
      this.usedAt = performance.now();
    });
    const missed = this.#missed(lastEvent);
    if (missed !== undefined) missed.forEach(({ bytes }) => subscriber.send(bytes));
    else subscriber.send((this.#snapshot ??= this.#encode('snapshot', this.whole())));
  }

  /** Ends it for all who follow. */
  close(): void {
    for (const subscriber of [...this.#subscribers]) subscriber.end();
  }

  /** The events after that one; undefined where they are not all known any more. */
  #missed(lastEvent: string | undefined): readonly LoggedEvent[] | undefined {
    const [token, text] = (lastEvent ?? '').split('.');
    const last = Number(text);
    if (token !== this.#token || !Number.isSafeInteger(last) || last > this.#number) return undefined;
    const first = this.#log[0]?.number ?? this.#number + 1;
    return last + 1 < first ? undefined : this.#log.filter(({ number }) => number > last);
  }

  #keep(event: LoggedEvent): void {
    this.#log.push(event);
    this.#logBytes += event.bytes.length;
    while (this.#log.length > mostEvents || this.#logBytes > mostBytes) {
      this.#logBytes -= this.#log.shift()!.bytes.length;
    }
  }

  #encode(name: string, told: Told): Buffer {
    return Buffer.from(
      `id: ${this.#token}.${this.#number}\nevent: ${name}\ndata: ${JSON.stringify(told)}\n\n`,
    );
  }
}
