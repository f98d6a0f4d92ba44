/** The line of a run that stands out: on a light rim, in the colour of the run pointed at or of a pinned one. */
import { themeColour } from './dom.js';

/**
 * @param ratio pixels of the canvas to one of CSS
 * @returns the colour, for what else is drawn of the run
 */
export function strokeMarked(
  context: CanvasRenderingContext2D,
  path: Path2D,
  isHovered: boolean,
  ratio: number,
): string {
  context.lineJoin = 'round';
  context.strokeStyle = themeColour('--card');
  context.lineWidth = 6 * ratio;
  context.stroke(path);
  const colour = themeColour(isHovered ? '--wrong' : '--ink');
  context.strokeStyle = colour;
  context.lineWidth = 2.5 * ratio;
  context.stroke(path);
  return colour;
}
