/**
 * A topic with those who follow it: looks at most once for each state of the record, keeps the last events for those who
 * come back, and tells everybody the same bytes.
 */
import { randomBytes } from 'node:crypto';
import type { Problem } from '../core/problem.js';
import type { LiveRecord } from '../tracking/live/live-record.js';
import type { Subscriber } from './subscriber.js';
import type { Look, Told, Topic } from './topics/topic.js';

export const broken: Problem = {
  code: 'live-broken',
  message: 'something in Assay broke that should not; the terminal says what',
};

/** What is kept of events for those who come back; after more than that they get everything. */
const mostEvents = 256;
const mostBytes = 1024 * 1024;

interface LoggedEvent {
  readonly number: number;
  readonly bytes: Buffer;
}

const newToken = (): string => randomBytes(6).toString('hex');

export class Channel {
  readonly #makeTopic: () => Topic;
  #topic: Topic;
  readonly #notice: (problem: Problem | undefined) => string;
  /** Numbers of another server, or of an earlier topic of this name, mean nothing here. */
  #token = newToken();
  readonly #subscribers = new Set<Subscriber>();
  #log: LoggedEvent[] = [];
  #logBytes = 0;
  #number = 0;
  #version: string | undefined;
  #lookedAt = -Infinity;
  #looking: Promise<void> | undefined;
  /** Which record the topic is of. */
  #replaced: number | undefined;
  /** What broke last, so that the terminal is told once. */
  #broke = '';
  #noticeHtml = '';
  /** Everything as one event, made when first asked for and good until something changes. */
  #snapshot: Buffer | undefined;
  /** Milliseconds that the last look took. */
  cost = 0;
  /** How many wait for a look at it. */
  asking = 0;
  /** When somebody last followed it or asked for its page. */
  usedAt = performance.now();
  problem: Problem | undefined;

  /** @param notice what is shown of a problem, as HTML. */
  constructor(makeTopic: () => Topic, notice: (problem: Problem | undefined) => string) {
    this.#makeTopic = makeTopic;
    this.#topic = makeTopic();
    this.#notice = notice;
  }

  get followers(): number {
    return this.#subscribers.size;
  }

  /** Milliseconds since the last look. */
  get age(): number {
    return performance.now() - this.#lookedAt;
  }

  /** Whether there is no such thing as it should be of. */
  get isMissing(): boolean {
    return this.problem?.code.startsWith('no-such-') === true;
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
    const isAnother = this.#replaced !== undefined && this.#replaced !== record.replaced;
    this.#replaced = record.replaced;
    if (isAnother) this.#topic = this.#makeTopic();
    const began = performance.now();
    const { told, problem } = await this.#ask(record);
    this.cost = performance.now() - began;
    this.#version = version;
    this.#lookedAt = performance.now();
    this.problem = problem;
    const notice = this.#notice(problem);
    const noticed = notice === this.#noticeHtml ? {} : { notice };
    this.#noticeHtml = notice;
    if (isAnother) {
      this.#beginAnew();
      return;
    }
    const html = { ...told?.html, ...noticed };
    if (told === undefined && Object.keys(html).length === 0) return;
    this.#snapshot = undefined;
    this.#number += 1;
    const bytes = this.#encode('change', { html, data: told?.data });
    this.#keep({ number: this.#number, bytes });
    for (const subscriber of this.#subscribers) subscriber.send(bytes);
  }

  /** A bug of ours must not end the server: what was last seen stays, and the next look may go well. */
  async #ask(record: LiveRecord): Promise<Look> {
    try {
      return await this.#topic.refresh(record, Date.now());
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      if (text !== this.#broke) process.stderr.write(`${text}\n`);
      this.#broke = text;
      return { problem: broken };
    }
  }

  /** Nothing that was told is true any more: everybody gets everything. */
  #beginAnew(): void {
    this.#token = newToken();
    this.#log = [];
    this.#logBytes = 0;
    this.#number = 0;
    this.#snapshot = this.#makeSnapshot();
    for (const subscriber of this.#subscribers) subscriber.send(this.#snapshot);
  }

  /** All parts of the page, as of the last look. */
  get html(): Told['html'] {
    return { ...this.#topic.html, notice: this.#noticeHtml };
  }

  /** Which state of the page that is. */
  get state(): string {
    return `${this.#token}.${this.#number}`;
  }

  #makeSnapshot(): Buffer {
    return this.#encode('snapshot', { html: this.html, data: this.#topic.data() });
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
    else subscriber.send((this.#snapshot ??= this.#makeSnapshot()));
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
    return Buffer.from(`id: ${this.state}\nevent: ${name}\ndata: ${JSON.stringify(told)}\n\n`);
  }
}
