/** A text that the user wrote, and how offsets in it become positions that a message can show. Reads no files. */
import type { SourcePosition } from '../core/problem.js';

/** A stretch of a source text, in UTF-16 offsets. */
export interface Place {
  readonly source: SourceFile;
  readonly from: number;
  readonly to: number;
}

export class SourceFile {
  /** As shown to the user: relative to the project's root, or `--set`. */
  readonly name: string;
  /** Absolute path; for the command line, the project's root with a name that no file has. */
  readonly path: string;
  readonly text: string;
  private lineStarts: number[] | undefined;

  constructor(name: string, path: string, text: string) {
    this.name = name;
    this.path = path;
    this.text = text;
  }

  place(from: number, to: number): Place {
    return { source: this, from, to };
  }

  /** The whole line with this offset in it, from its first character that is not white space. */
  lineAt(offset: number): Place {
    const index = this.lineIndex(offset);
    const from = this.starts()[index]!;
    const line = this.lineText(index);
    return {
      source: this,
      from: from + line.length - line.trimStart().length,
      to: from + line.trimEnd().length,
    };
  }

  /** A place that runs over several lines is underlined on its first. */
  position(from: number, to: number): SourcePosition {
    const index = this.lineIndex(from);
    const lineText = this.lineText(index);
    const column = Math.min(from - this.starts()[index]!, lineText.length);
    const length = Math.max(1, Math.min(to - from, lineText.length - column));
    return { file: this.name, line: index + 1, column: column + 1, length, lineText };
  }

  private starts(): number[] {
    if (this.lineStarts === undefined) {
      this.lineStarts = [0];
      for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1)) {
        this.lineStarts.push(at + 1);
      }
    }
    return this.lineStarts;
  }

  private lineIndex(offset: number): number {
    const starts = this.starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private lineText(index: number): string {
    const starts = this.starts();
    const text = this.text.slice(starts[index], starts[index + 1] ?? this.text.length);
    return text.replace(/\r?\n$/, '');
  }
}

export function positionOf(place: Place): SourcePosition {
  return place.source.position(place.from, place.to);
}
