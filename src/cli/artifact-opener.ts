/** What a comparison needs of the cache: an artifact's folder, verified, or nothing. */
import { ProblemError } from '../core/problem.js';
import type { OpenArtifact } from '../report/comparison/gather-details.js';
import type { Project } from './wire.js';

export function artifactOpener({ cache }: Project): OpenArtifact {
  return async (fingerprint, artifact) => {
    try {
      const lookup = await cache.find(fingerprint);
      // Made anew since, and come out otherwise: it is not what this run had.
      if (lookup.state !== 'present' || lookup.entry.artifact !== artifact) return undefined;
      const opened = await cache.open(lookup.entry);
      return opened.ok ? opened.folder : undefined;
    } catch (error) {
      // A cache that can't be read is as good as none: a comparison is made of what there is.
      if (error instanceof ProblemError) return undefined;
      throw error;
    }
  };
}
