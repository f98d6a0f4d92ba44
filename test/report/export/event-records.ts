/** Reads TensorBoard's event files without the code that writes them. */
import { PbfReader } from 'pbf';
import { maskedCrc32c } from '../../../src/report/export/crc32c.js';

export interface ReadEvent {
  time: number;
  step: number;
  version?: string;
  tag?: string;
  value?: number;
}

/** Fails where a length or a checksum is wrong, or bytes are left over. */
export function readEvents(file: Uint8Array): ReadEvent[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const events: ReadEvent[] = [];
  let at = 0;
  while (at < file.length) {
    const length = Number(view.getBigUint64(at, true));
    const data = file.subarray(at + 12, at + 12 + length);
    if (view.getUint32(at + 8, true) !== maskedCrc32c(file.subarray(at, at + 8)))
      throw new Error(`wrong checksum of a length at ${at}`);
    if (view.getUint32(at + 12 + length, true) !== maskedCrc32c(data))
      throw new Error(`wrong checksum of a record at ${at}`);
    events.push(new PbfReader(data).readFields(readEvent, { time: NaN, step: 0 }));
    at += 16 + length;
  }
  if (at !== file.length) throw new Error(`${file.length - at} bytes left over`);
  return events;
}

function readEvent(field: number, event: ReadEvent, pbf: PbfReader): void {
  if (field === 1) event.time = pbf.readDouble();
  else if (field === 2) event.step = pbf.readVarint();
  else if (field === 3) event.version = pbf.readString();
  else if (field === 5)
    pbf.readMessage((one: number, into: ReadEvent, inner) => {
      if (one === 1) inner.readMessage(readValue, into);
    }, event);
}

function readValue(field: number, event: ReadEvent, pbf: PbfReader): void {
  if (field === 1) event.tag = pbf.readString();
  else if (field === 2) event.value = pbf.readFloat();
}
