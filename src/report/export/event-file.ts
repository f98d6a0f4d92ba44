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

export interface PluginSummary {
  readonly plugin: string;
  readonly tag: string;
  /** A message of the plugin's own. */
  readonly content: Uint8Array;
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

/** A summary of a plugin's: all of it in its metadata, its tensor empty, as the plugin's own are. */
export function pluginRecord(time: number, { plugin, tag, content }: PluginSummary): Uint8Array {
  const float32 = 1;
  const noNumbers = pbfMessage((tensor) => {
    tensor.writeVarintField(1, float32);
    tensor.writeBytesField(
      2,
      pbfMessage((shape) => shape.writeBytesField(2, new Uint8Array(0))),
    );
  });
  const data = pbfMessage((into) => {
    into.writeStringField(1, plugin);
    into.writeBytesField(2, content);
  });
  const value = pbfMessage((into) => {
    into.writeStringField(1, tag);
    into.writeBytesField(8, noNumbers);
    into.writeBytesField(
      9,
      pbfMessage((metadata) => metadata.writeBytesField(1, data)),
    );
  });
  return frame(
    pbfMessage((event) => {
      event.writeDoubleField(1, time);
      event.writeBytesField(
        5,
        pbfMessage((summary) => summary.writeBytesField(1, value)),
      );
    }),
  );
}

/** A message on its own; as a field of another it stands as its bytes do. */
export function pbfMessage(fill: (pbf: PbfWriter) => void): Uint8Array {
  const pbf = new PbfWriter();
  fill(pbf);
  return pbf.finish();
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
