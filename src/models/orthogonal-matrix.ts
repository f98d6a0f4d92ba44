/** Random matrices with orthonormal columns or rows, for the orthogonal initializer. Knows nothing of tfjs. */
import type { RandomStream } from '../core/random.js';

/**
 * A random `rows` × `columns` matrix, row by row, whose shorter side's vectors are orthonormal; uniformly distributed
 * over all such matrices (Saxe, McClelland, Ganguli 2014). Normal draws are orthonormalised by Gram and Schmidt, each
 * vector twice, which keeps them orthogonal to rounding ("twice is enough", Giraud et al. 2005). This is the QR
 * factorisation whose R has a positive diagonal.
 */
export function orthogonalMatrix(rows: number, columns: number, random: RandomStream): Float64Array {
  const length = Math.max(rows, columns);
  const vectors: Float64Array[] = [];
  while (vectors.length < Math.min(rows, columns)) {
    const vector = Float64Array.from({ length }, () => random.normal());
    for (let pass = 0; pass < 2; pass++) {
      for (const other of vectors) {
        const share = dot(vector, other);
        for (let i = 0; i < length; i++) vector[i]! -= share * other[i]!;
      }
    }
    const norm = Math.sqrt(dot(vector, vector));
    // A draw that lies within the span of those before it (all but impossible) says nothing of a direction.
    if (norm > 1e-9) vectors.push(vector.map((value) => value / norm));
  }
  const matrix = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      matrix[row * columns + column] = rows >= columns ? vectors[column]![row]! : vectors[row]![column]!;
    }
  }
  return matrix;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
