/** What tfjs knows about the shapes that its kernels take: the few functions of it that lowering uses. */
import { tf } from '../../../../models/tfjs.js';

const { backend_util, slice_util } = tf;
export { backend_util, slice_util };
