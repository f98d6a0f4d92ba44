import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodePng, imageDataUri } from '../../src/report/png.js';

/** Takes a PNG apart: its header's fields and its rows without their filter bytes. */
function decode(png: Buffer): { width: number; height: number; colourType: number; pixels: number[] } {
  const [width, height, colourType] = [png.readUInt32BE(16), png.readUInt32BE(20), png[25]!];
  const dataLength = png.readUInt32BE(33);
  expect(png.toString('latin1', 37, 41)).toBe('IDAT');
  const rows = inflateSync(png.subarray(41, 41 + dataLength));
  const rowBytes = rows.length / height;
  const pixels = [...rows].filter((_, i) => i % rowBytes !== 0);
  return { width, height, colourType, pixels };
}

const fromUri = (uri: string): Buffer => Buffer.from(uri.replace('data:image/png;base64,', ''), 'base64');

describe('images in a report', () => {
  it('are PNG of the same pixels, grey and in colour', () => {
    const grey = Uint8Array.of(0, 50, 100, 150, 200, 250);
    expect(decode(encodePng([2, 3, 1], grey))).toEqual({
      width: 3,
      height: 2,
      colourType: 0,
      pixels: [...grey],
    });
    const colour = Uint8Array.of(1, 2, 3, 4, 5, 6);
    expect(decode(encodePng([1, 2, 3], colour))).toEqual({
      width: 2,
      height: 1,
      colourType: 2,
      pixels: [...colour],
    });
  });

  it('are shrunk by averaging when they are larger than 128 pixels a side', () => {
    const large = new Uint8Array(256 * 200).map((_, i) => ((i % 200) % 2 === 0 ? 10 : 30));
    const { width, height, pixels } = decode(fromUri(imageDataUri([256, 200, 1], large)));
    expect([width, height]).toEqual([100, 128]);
    expect(new Set(pixels)).toEqual(new Set([20]));
  });

  it('show the first channel when there are more than PNG knows', () => {
    const five = Uint8Array.of(7, 0, 0, 0, 0, 9, 0, 0, 0, 0);
    expect(decode(fromUri(imageDataUri([1, 2, 5], five))).pixels).toEqual([7, 9]);
  });
});
