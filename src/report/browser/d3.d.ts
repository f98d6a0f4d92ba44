/** As much of the types of d3-scale and d3-contour as the page uses; the packages bring none. */
declare module 'd3-scale' {
  export interface ContinuousScale {
    (value: number): number;
    invert(position: number): number;
    domain(): number[];
    domain(domain: readonly number[]): this;
    range(): number[];
    range(range: readonly number[]): this;
    clamp(clamp: boolean): this;
    nice(count?: number): this;
    ticks(count?: number): number[];
  }
  export function scaleLinear(): ContinuousScale;
  export function scaleLog(): ContinuousScale;
}
declare module 'd3-contour' {
  export interface ContourMultiPolygon {
    readonly value: number;
    readonly coordinates: readonly (readonly (readonly (readonly [number, number])[])[])[];
  }
  interface Contours {
    (values: ArrayLike<number>): ContourMultiPolygon[];
    size(size: readonly [number, number]): this;
    thresholds(thresholds: readonly number[]): this;
  }
  export function contours(): Contours;
}
