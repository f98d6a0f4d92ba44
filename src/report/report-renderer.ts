/**
 * Makes the report of a run: the front door of this folder. Importing it is cheap, since planning a cached run needs the
 * digest; Handlebars and the views are loaded when there is something to render.
 */
import { sha256 } from '../core/digest.js';
import { ProblemError } from '../core/problem.js';
import type { ReportRenderer } from '../stages/stage.js';
import { digestTemplateFiles, findTemplateFiles } from './template-files.js';

/** @param packageRoot where Assay's `templates/` and `node_modules/` are found; by default its own. */
export function createReportRenderer(packageRoot?: string): ReportRenderer {
  const find = (templateFolder: string | undefined) =>
    findTemplateFiles('run-report', templateFolder, packageRoot);
  return {
    digest(templateFolder) {
      try {
        return digestTemplateFiles(find(templateFolder));
      } catch (error) {
        // Planning has no place to tell a problem: rendering finds it again and says where the setting stands.
        if (error instanceof ProblemError) return sha256(error.message);
        throw error;
      }
    },
    async render(request) {
      const { renderRunReport } = await import('./render-run-report.js');
      renderRunReport(request, find(request.templateFolder));
    },
  };
}
