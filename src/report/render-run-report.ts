/** From a request to `report.html`: reads the artifacts, builds the view, renders it, writes the file. */
import { join } from 'node:path';
import { writeFileAtomic } from '../core/atomic-write.js';
import type { ReportRequest } from '../stages/stage.js';
import { renderPage } from './render-page.js';
import { readRunArtifacts } from './run-artifacts.js';
import { runReportView } from './run-report-view.js';
import type { TemplateFiles } from './template-files.js';

/** As many as the stage's schema has for its default. */
const usualMistakes = 24;

/**
 * @throws {ProblemError} `bad-artifact` or `bad-npy` for inputs that are not as described, `bad-template` for a template
 * of the user's that can't be compiled or rendered; as `fs` does when the file can't be written.
 */
export function renderRunReport(request: ReportRequest, files: TemplateFiles): void {
  const { settings, inputs, run, output, projectRoot } = request;
  const { title, mistakes } = settings;
  const view = runReportView(run, readRunArtifacts(inputs), {
    title: typeof title === 'string' ? title : undefined,
    mistakes: typeof mistakes === 'number' ? mistakes : usualMistakes,
  });
  const page = renderPage(files, view, { start: { charts: view.training?.charts ?? [] } }, projectRoot);
  writeFileAtomic(join(output, 'report.html'), page);
}
