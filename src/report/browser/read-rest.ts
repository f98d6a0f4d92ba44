/** Reads what the page holds last and compressed: all that is drawn below the table. */
import { inflateSync, strFromU8 } from 'fflate';
import type { PageRest } from '../comparison/page-data.js';
import { bytesOf } from './decode.js';

/** Once the page is read to its end. At once rather than by the browser's stream: whoever prints does not wait. */
export function readRest(): PageRest {
  const bytes = bytesOf(document.getElementById('page-rest')?.textContent ?? '');
  return JSON.parse(strFromU8(inflateSync(bytes))) as PageRest;
}
