/** Both executors run jobs, ask, stop and close alike. */
import { executorSuite } from './executor-suite.js';

executorSuite('inline', (rig) => rig.inline());
executorSuite('processes', (rig) => Promise.resolve(rig.processes()));
