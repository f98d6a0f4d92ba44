import { samplerSuite } from './sampler-suite.js';

samplerSuite({ kind: 'grid', steps: 5 });
samplerSuite({ kind: 'random' });
samplerSuite({ kind: 'quasiRandom' });
samplerSuite({ kind: 'tpe', startupTrials: 10, candidates: 24 });
samplerSuite({ kind: 'evolution', population: 20, tournament: 5 });
