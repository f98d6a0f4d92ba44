/**
 * Asks the record what changed, once for all clients, and only while somebody follows. How often depends on what asking
 * costs, so that whoever trains on this machine does not notice. Owns topics and their number; what they are is `topics/`.
 */
import type { Problem } from '../core/problem.js';
import type { LiveRecord } from '../tracking/live/live-record.js';
import { Channel } from './channel.js';
import { heartbeat, type Subscriber } from './subscriber.js';
import type { Topic } from './topics/topic.js';

/** In milliseconds: how soon, and how late at most, the record is looked at again. */
const soonest = 500;
const latest = 5_000;
/** Of the time, looking takes no more than one part in so many. */
const patience = 50;
const heartbeatMilliseconds = 15_000;
/** Topics that nobody follows are kept so long, and so few of them, for those who come back: each may hold a large sweep. */
const keptMilliseconds = 30_000;
const mostIdle = 8;
const justNow = 1_000;
const mostFollowers = 64;

/** How long to wait after a look that took so many milliseconds. */
function pauseAfter(cost: number): number {
  return Math.min(latest, Math.max(soonest, patience * cost));
}

export class Hub {
  readonly #record: LiveRecord;
  readonly #notice: (problem: Problem | undefined) => string;
  readonly #channels = new Map<string, Channel>();
  #subscribers = new Set<Subscriber>();
  #timer: NodeJS.Timeout | undefined;
  readonly #heart: NodeJS.Timeout;
  #closed = false;

  constructor(record: LiveRecord, notice: (problem: Problem | undefined) => string) {
    this.#record = record;
    this.#notice = notice;
    this.#heart = setInterval(() => this.#beat(), heartbeatMilliseconds);
  }

  /** The topic of that name as it is now; made when there is none. A problem of it is in `problem`. */
  async channel(key: string, make: () => Topic): Promise<Channel> {
    let channel = this.#channels.get(key);
    if (channel === undefined) {
      this.#forget(mostIdle - 1);
      channel = new Channel(make, this.#notice);
      this.#channels.set(key, channel);
    }
    channel.asking += 1;
    try {
      // Whoever asks for the page again and again costs no more looks than one who follows it.
      if (channel.age > pauseAfter(channel.cost)) await channel.refresh(this.#record, this.#version());
    } finally {
      channel.asking -= 1;
      channel.usedAt = performance.now();
    }
    // Names that don't exist are no topics.
    if (channel.isMissing && channel.followers === 0) this.#channels.delete(key);
    return channel;
  }

  isFull(): boolean {
    return this.#subscribers.size >= mostFollowers;
  }

  follow(channel: Channel, subscriber: Subscriber, lastEvent: string | undefined): void {
    this.#subscribers.add(subscriber);
    subscriber.onGone(() => this.#subscribers.delete(subscriber));
    channel.follow(subscriber, lastEvent);
    this.#timer ??= setTimeout(() => void this.#tick(), channel.unfinished ? 0 : soonest);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#heart);
    for (const channel of this.#channels.values()) channel.close();
    this.#record.close();
  }

  /** Undefined when it can't be told; the topics then find out why. */
  #version(): string | undefined {
    const version = this.#record.version();
    return version.ok ? (version.value ?? 'none') : undefined;
  }

  async #tick(): Promise<void> {
    const began = performance.now();
    const version = this.#version();
    const followed = [...this.#channels.values()].filter(({ followers }) => followers > 0);
    for (const channel of followed) await channel.refresh(this.#record, version);
    if (this.#closed) return;
    this.#timer = undefined;
    if (this.#subscribers.size === 0) return;
    const cost = performance.now() - began;
    const hurry = followed.some(({ unfinished }) => unfinished);
    this.#timer = setTimeout(() => void this.#tick(), hurry ? 2 * cost : pauseAfter(cost));
  }

  #beat(): void {
    for (const subscriber of this.#subscribers) subscriber.send(heartbeat);
    this.#forget(mostIdle);
    // The file could not be moved or deleted on some systems while it is held open for nobody.
    if (this.#channels.size === 0) this.#record.close();
  }

  /** Lets go of topics that nobody follows: the old ones, and of the others so many that no more than `most` are left. */
  #forget(most: number): void {
    const idle = [...this.#channels]
      // Whoever has just got it may be about to follow it.
      .filter(
        ([, { followers, asking, usedAt }]) =>
          followers === 0 && asking === 0 && performance.now() - usedAt > justNow,
      )
      .sort(([, a], [, b]) => b.usedAt - a.usedAt);
    idle.forEach(([key, { usedAt }], i) => {
      if (i >= most || performance.now() - usedAt > keptMilliseconds) this.#channels.delete(key);
    });
  }
}
