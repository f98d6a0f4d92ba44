/** Small images as PNG data URIs, so that a report needs no file beside it. Owns the encoding, not what is shown. */
import { crc32, deflateSync } from 'node:zlib';
import type { ImageShape } from '../data/image-batch.js';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** PNG's colour types by channels: grey, grey and alpha, RGB, RGBA. */
const colourTypes: Readonly<Record<number, number>> = { 1: 0, 2: 4, 3: 2, 4: 6 };

function chunk(name: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

/** Encodes 1 to 4 channels of 8 bits (PNG, W3C Recommendation 2003), rows unfiltered. */
export function encodePng([height, width, channels]: ImageShape, pixels: Uint8Array): Buffer {
  const rowBytes = width * channels;
  const rows = Buffer.alloc((rowBytes + 1) * height);
  for (let y = 0; y < height; y++)
    rows.set(pixels.subarray(y * rowBytes, (y + 1) * rowBytes), y * (rowBytes + 1) + 1);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, colourTypes[channels]!, 0, 0, 0], 8);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** Keeps the first channel of images that have more channels than PNG knows. */
function showable(shape: ImageShape, pixels: Uint8Array): { shape: ImageShape; pixels: Uint8Array } {
  const [height, width, channels] = shape;
  if (colourTypes[channels] !== undefined) return { shape, pixels };
  return {
    shape: [height, width, 1],
    pixels: Uint8Array.from({ length: height * width }, (_, i) => pixels[i * channels]!),
  };
}

/** Shrinks by the least whole factor that brings both sides to at most `limit`, averaging each block. */
function shrink([height, width, channels]: ImageShape, pixels: Uint8Array, limit: number) {
  const factor = Math.ceil(Math.max(height, width) / limit);
  if (factor === 1) return { shape: [height, width, channels] as const, pixels };
  const [rows, columns] = [Math.ceil(height / factor), Math.ceil(width / factor)];
  const small = new Uint8Array(rows * columns * channels);
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++)
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        let count = 0;
        for (let v = y * factor; v < Math.min(height, (y + 1) * factor); v++)
          for (let u = x * factor; u < Math.min(width, (x + 1) * factor); u++) {
            sum += pixels[(v * width + u) * channels + c]!;
            count++;
          }
        small[(y * columns + x) * channels + c] = Math.round(sum / count);
      }
  return { shape: [rows, columns, channels] as const, pixels: small };
}

/**
 * An image as a `data:` URI, shrunk to at most `limit` pixels a side (128 by default): a gallery must not make a report
 * of megabytes.
 */
export function imageDataUri(shape: ImageShape, pixels: Uint8Array, limit = 128): string {
  const plain = showable(shape, pixels);
  const small = shrink(plain.shape, plain.pixels, limit);
  return `data:image/png;base64,${encodePng(small.shape, small.pixels).toString('base64')}`;
}
