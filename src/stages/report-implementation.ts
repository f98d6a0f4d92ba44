/** What `report` does: hands everything to the renderer that it was given, and says how large the file became. */
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { formatBytes } from '../core/format-units.js';
import { ProblemError } from '../core/problem.js';
import type { ReportSettings } from './report.schema.js';
import type { StageContext, StageImplementation } from './stage.js';

export const reportImplementation: StageImplementation<ReportSettings> = {
  async execute(context) {
    const { settings, output, projectRoot, allInputs, run, reportRenderer } = context;
    const { template } = settings;
    const templateFolder = template === undefined ? undefined : resolve(projectRoot, template);
    try {
      await reportRenderer.render({ output, settings, templateFolder, projectRoot, inputs: allInputs, run });
    } catch (error) {
      throw locateTemplateProblem(error, context);
    }
    return { note: `report.html, ${formatBytes(statSync(join(output, 'report.html')).size)}` };
  },
};

/** What is wrong with the folder as a whole is shown where the user named it. */
function locateTemplateProblem(error: unknown, context: StageContext<ReportSettings>): unknown {
  if (!(error instanceof ProblemError)) return error;
  const [problem] = error.problems;
  if (problem === undefined || problem.at !== undefined || !problem.code.includes('template')) return error;
  return new ProblemError({ ...problem, at: context.locate(['template']) });
}
