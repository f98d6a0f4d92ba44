/** From a comparison to its page: computes what is told, renders, writes the file. */
import { writeFileAtomic } from '../../core/atomic-write.js';
import { renderPage } from '../render-page.js';
import { findTemplateFiles } from '../template-files.js';
import type { Comparison } from './compared-run.js';
import { comparisonFacts } from './comparison-facts.js';
import { comparisonView } from './comparison-view.js';
import { toPageData } from './to-page-data.js';

export interface RenderComparisonOptions {
  /** Absolute; the user's templates, laid over ours name by name. */
  readonly templateFolder?: string | undefined;
  /** Absolute; what problems with templates are told relative to. */
  readonly projectRoot: string;
  /** Where Assay's `templates/` are found; by default its own. */
  readonly packageRoot?: string | undefined;
}

/**
 * The page as text.
 * @throws {ProblemError} `no-template-folder`, `unknown-template-file` or `bad-template` for templates of the user's that
 * are not as docs/comparison.md says.
 */
export function comparisonPage(comparison: Comparison, options: RenderComparisonOptions): string {
  const { templateFolder, projectRoot, packageRoot } = options;
  const files = findTemplateFiles('comparison', templateFolder, packageRoot);
  const facts = comparisonFacts(comparison);
  const importance = facts.importances.map(({ parameter, share }) => ({ column: parameter, share }));
  const { start, rest } = toPageData(comparison, { settings: facts.settings, importance });
  return renderPage(files, comparisonView(comparison, facts), { start, rest }, projectRoot);
}

/**
 * Writes the page to `output`, an absolute path.
 * @throws {ProblemError} as `comparisonPage` does; as `fs` does when the file can't be written.
 */
export function renderComparison(
  comparison: Comparison,
  { output, ...options }: RenderComparisonOptions & { readonly output: string },
): void {
  writeFileAtomic(output, comparisonPage(comparison, options));
}
