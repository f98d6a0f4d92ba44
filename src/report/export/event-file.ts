/**
 * TensorBoard's event files: records framed as TFRecord, each an `Event` message of TensorFlow's core/util/event.proto
 * with a `Summary` of core/framework/summary.proto. Numbers in calls of pbf are the fields of these messages.
 */
import { PbfWriter } from 'pbf';
import { maskedCrc32c } from './crc32c.js';

export interface ScalarEvent {
  /** Seconds since 1970. */
  readonly time: number;
  readonly step: number;
  readonly tag: string;
  /** Kept as a float32. */
  readonly value: number;
}

/** The first record of every file says its version. */
export function versionRecord(time: number): Uint8Array {
  const event = new PbfWriter();
  event.writeDoubleField(1, time);
  event.writeStringField(3, 'brain.Event:2');
  return frame(event.finish());
}

export function scalarRecord({ time, step, tag, value }: ScalarEvent): Uint8Array {
  const event = new PbfWriter();
  event.writeDoubleField(1, time);
  event.writeVarintField(2, step);
  event.writeMessage(5, writeSummary, { tag, value });
  return frame(event.finish());
}

function writeSummary(scalar: { tag: string; value: number }, pbf: PbfWriter): void {
  pbf.writeMessage(1, writeValue, scalar);
}

function writeValue({ tag, value }: { tag: string; value: number }, pbf: PbfWriter): void {
  pbf.writeStringField(1, tag);
  pbf.writeFloatField(2, value);
}

/** Length, its checksum, data, its checksum: https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details */
function frame(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(16 + data.length);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return record;
}
