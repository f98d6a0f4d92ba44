/**
 * Draws one handwritten digit as a person might: a habit of writing it, bent, slanted, turned, sized and placed at
 * random, with a pen of some width, specks and bits of neighbouring strokes, noise and uneven light. Everything is
 * drawn from the stream it is given. Owns how a digit looks; how many of which are drawn is `synthetic-digits.ts`'s.
 */
import type { RandomStream } from '../../core/random.js';
import { digitHabits, type Stroke } from './digit-skeletons.js';

/** Pixels on a side. */
export const digitSize = 28;

/** How far the ranges go, in pixels unless said. Together they set how hard the data set is. */
const ranges = {
  /** Height of the digit. */
  height: [16, 21],
  /** Its width by its height. */
  aspect: [0.5, 0.85],
  /** Degrees, either way. */
  turn: 10,
  /** Sideways by height, either way. */
  slant: 0.25,
  /** From the middle, each way. */
  shift: 2.2,
  /** Amplitude of the waves that bend the digit, and of each point's own trembling (by the digit's height). */
  bend: 0.055,
  tremble: 0.016,
  /** Half of the pen's width, and how much it changes along a stroke. */
  pen: [0.75, 1.45],
  penChange: 0.25,
  ink: [0.7, 1],
  /** Standard deviation of each pixel's noise, of 255. */
  noise: [3, 14],
} as const;

/** Straight pieces that stand for the curve between two points. */
const piecesPerSpan = 4;
const waves = 3;
const outside = 9;

type Range = readonly [number, number];

export class DigitArtist {
  /** For each pixel, how far its centre lies outside the ink (negative: inside). */
  readonly #distance = new Float64Array(digitSize * digitSize);
  readonly #ink = new Float64Array(digitSize * digitSize);
  /** Affine map from a stroke's box to pixels: x' = a x + b y + e, y' = c x + d y + f. */
  readonly #affine = new Float64Array(6);
  /** For each wave: its direction and phase, and how it moves x and y. */
  readonly #waves = new Float64Array(waves * 5);
  #points = new Float64Array(64);

  /** Draws a digit, 0 to 9, into 28 × 28 bytes of `target` from `start`. */
  draw(digit: number, random: RandomStream, target: Uint8Array, start: number): void {
    const pick = ([low, high]: Range) => random.uniform(low, high);
    this.#ink.fill(0);
    this.#distance.fill(outside);
    this.#choosePose(random);
    const pen = pick(ranges.pen);
    const variants = digitHabits[digit]!;
    for (const stroke of variants[random.integer(variants.length)]!) this.#drawStroke(stroke, pen, random);
    this.#soak(pick(ranges.ink));
    this.#distract(random);
    this.#expose(random, target, start);
  }

  #choosePose(random: RandomStream): void {
    const height = random.uniform(...ranges.height);
    const width = height * random.uniform(...ranges.aspect);
    const turn = (random.uniform(-ranges.turn, ranges.turn) * Math.PI) / 180;
    const slant = random.uniform(-ranges.slant, ranges.slant);
    const cos = Math.cos(turn);
    const sin = Math.sin(turn);
    const m = this.#affine;
    // Size first, then slant, then turn, about the box's middle.
    m[0] = cos * width;
    m[1] = -(cos * slant + sin) * height;
    m[2] = sin * width;
    m[3] = (cos - sin * slant) * height;
    const middle = (digitSize - 1) / 2;
    m[4] = middle + random.uniform(-ranges.shift, ranges.shift) - (m[0] + m[1]) / 2;
    m[5] = middle + random.uniform(-ranges.shift, ranges.shift) - (m[2] + m[3]) / 2;
    for (let i = 0; i < waves * 5; i += 5) {
      const direction = random.uniform(0, 2 * Math.PI);
      const frequency = random.uniform(2, 7);
      this.#waves[i] = Math.cos(direction) * frequency;
      this.#waves[i + 1] = Math.sin(direction) * frequency;
      this.#waves[i + 2] = random.uniform(0, 2 * Math.PI);
      this.#waves[i + 3] = random.uniform(-ranges.bend, ranges.bend);
      this.#waves[i + 4] = random.uniform(-ranges.bend, ranges.bend);
    }
  }

  #drawStroke(stroke: Stroke, pen: number, random: RandomStream): void {
    if (this.#points.length < stroke.length) this.#points = new Float64Array(stroke.length);
    const points = this.#points;
    const count = stroke.length / 2;
    for (let i = 0; i < count; i++) {
      let x = stroke[2 * i]! + random.uniform(-ranges.tremble, ranges.tremble);
      let y = stroke[2 * i + 1]! + random.uniform(-ranges.tremble, ranges.tremble);
      let bentX = 0;
      let bentY = 0;
      for (let w = 0; w < waves * 5; w += 5) {
        const wave = Math.sin(this.#waves[w]! * x + this.#waves[w + 1]! * y + this.#waves[w + 2]!);
        bentX += wave * this.#waves[w + 3]!;
        bentY += wave * this.#waves[w + 4]!;
      }
      x += bentX;
      y += bentY;
      const m = this.#affine;
      points[2 * i] = m[0]! * x + m[1]! * y + m[4]!;
      points[2 * i + 1] = m[2]! * x + m[3]! * y + m[5]!;
    }
    const from = pen * (1 + random.uniform(-ranges.penChange, ranges.penChange));
    const to = pen * (1 + random.uniform(-ranges.penChange, ranges.penChange));
    this.#drawCurve(points, count, from, to);
  }

  /** A Catmull-Rom spline through the points, its pen changing from one width to another. */
  #drawCurve(points: Float64Array, count: number, from: number, to: number): void {
    const last = 2 * (count - 1);
    let oldX = points[0]!;
    let oldY = points[1]!;
    const pieces = (count - 1) * piecesPerSpan;
    for (let piece = 1; piece <= pieces; piece++) {
      const span = Math.min(count - 2, Math.floor(piece / piecesPerSpan));
      const t = piece / piecesPerSpan - span;
      const p1 = 2 * span;
      const p0 = Math.max(0, p1 - 2);
      const p2 = p1 + 2;
      const p3 = Math.min(last, p1 + 4);
      const x = catmullRom(points[p0]!, points[p1]!, points[p2]!, points[p3]!, t);
      const y = catmullRom(points[p0 + 1]!, points[p1 + 1]!, points[p2 + 1]!, points[p3 + 1]!, t);
      this.#drawPiece(oldX, oldY, x, y, from + ((to - from) * piece) / pieces);
      oldX = x;
      oldY = y;
    }
  }

  /** Notes for the pixels near a straight piece how far outside its ink they lie. */
  #drawPiece(x0: number, y0: number, x1: number, y1: number, pen: number): void {
    const reach = pen + 1;
    const left = Math.max(0, Math.ceil(Math.min(x0, x1) - reach));
    const right = Math.min(digitSize - 1, Math.floor(Math.max(x0, x1) + reach));
    const top = Math.max(0, Math.ceil(Math.min(y0, y1) - reach));
    const bottom = Math.min(digitSize - 1, Math.floor(Math.max(y0, y1) + reach));
    const dx = x1 - x0;
    const dy = y1 - y0;
    const length2 = dx * dx + dy * dy + 1e-12;
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        let along = ((x - x0) * dx + (y - y0) * dy) / length2;
        along = along < 0 ? 0 : along > 1 ? 1 : along;
        const offX = x - x0 - along * dx;
        const offY = y - y0 - along * dy;
        const distance = Math.sqrt(offX * offX + offY * offY) - pen;
        const at = y * digitSize + x;
        if (distance < this.#distance[at]!) this.#distance[at] = distance;
      }
    }
  }

  /** Turns distances into ink with a soft edge, over what is there, and forgets them. */
  #soak(strength: number): void {
    for (let i = 0; i < this.#ink.length; i++) {
      const distance = this.#distance[i]!;
      if (distance < 0.5) {
        const ink = strength * Math.min(1, 0.5 - distance);
        if (ink > this.#ink[i]!) this.#ink[i] = ink;
      }
      this.#distance[i] = outside;
    }
  }

  /** Specks anywhere, and pieces of strokes at the edge, as of a neighbour cut in half. */
  #distract(random: RandomStream): void {
    const specks = random.integer(4);
    for (let i = 0; i < specks; i++) {
      const x = random.uniform(0, digitSize);
      const y = random.uniform(0, digitSize);
      this.#drawPiece(x, y, x + random.uniform(-1, 1), y + random.uniform(-1, 1), random.uniform(0.2, 0.7));
    }
    const strokes = random.integer(3);
    for (let i = 0; i < strokes; i++) {
      const side = random.integer(4);
      const along = random.uniform(2, digitSize - 2);
      const depth = random.uniform(-0.5, 2.5);
      const length = random.uniform(2, 8);
      const lean = random.uniform(-2, 2);
      const near = side < 2 ? depth : digitSize - 1 - depth;
      const far = near + lean;
      if (side % 2 === 0) this.#drawPiece(near, along, far, along + length, random.uniform(0.4, 0.9));
      else this.#drawPiece(along, near, along + length, far, random.uniform(0.4, 0.9));
    }
    this.#soak(random.uniform(0.3, 0.9));
  }

  /** Light that rises to one side, noise in every pixel, bytes. */
  #expose(random: RandomStream, target: Uint8Array, start: number): void {
    const noise = random.uniform(...ranges.noise);
    const base = random.uniform(0, 18);
    const slopeX = random.uniform(-0.5, 0.5);
    const slopeY = random.uniform(-0.5, 0.5);
    const middle = (digitSize - 1) / 2;
    for (let y = 0; y < digitSize; y++) {
      for (let x = 0; x < digitSize; x++) {
        const at = y * digitSize + x;
        // The sum of four bytes of one draw is close enough to a normal: mean 510, standard deviation 147.8.
        const bits = random.uint32();
        const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24);
        const light = base + slopeX * (x - middle) + slopeY * (y - middle);
        const value = this.#ink[at]! * (255 - base) + light + ((sum - 510) / 147.8) * noise;
        target[start + at] = value < 0 ? 0 : value > 255 ? 255 : value + 0.5;
      }
    }
  }
}

function catmullRom(p0: number, p1: number, p2: number, p3: number, t: number): number {
  const a = 2 * p1;
  const b = p2 - p0;
  const c = 2 * p0 - 5 * p1 + 4 * p2 - p3;
  const d = 3 * (p1 - p2) + p3 - p0;
  return 0.5 * (a + b * t + c * t * t + d * t * t * t);
}
