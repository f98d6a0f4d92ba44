/**
 * How many lines a machine draws while somebody drags, so that the picture keeps up: learnt from what the last ones took.
 * Canvases are filled by the processor after the script is done, so that the script alone can't tell.
 */

/** Milliseconds in which a move should be drawn. */
const wanted = 25;
const fewest = 30;
const most = 2000;

export class DrawingBudget {
  /** Few at first: the first move has much else to do, and a fast machine has doubled them before it is seen. */
  lines = fewest;

  /** Called where lines are drawn, in the frame that shows them. @param drawn how many those are */
  measure(drawn: number): void {
    const began = performance.now();
    const { port1, port2 } = new MessageChannel();
    // A message comes when the frame has been made.
    port1.onmessage = () => {
      port1.close();
      const took = Math.max(1, performance.now() - began);
      const affordable = Math.round((drawn * wanted) / took);
      // That a few were quick doesn't say that no more would be.
      const next = took > wanted ? affordable : Math.max(this.lines, Math.min(2 * this.lines, affordable));
      this.lines = Math.min(most, Math.max(fewest, next));
    };
    port2.postMessage(0);
  }
}
