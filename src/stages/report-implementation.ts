/** What `report` does: hands everything to the renderer that it was given, and says how large the file became. */
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { formatBytes } from '../core/format-units.js';
import type { ReportSettings } from './report.schema.js';
import type { StageImplementation } from './stage.js';

export const reportImplementation: StageImplementation<ReportSettings> = {
  async execute({ settings, output, projectRoot, allInputs, run, reportRenderer }) {
    const { template } = settings;
    await reportRenderer.render({
      output,
      settings,
      templateFolder: template === undefined ? undefined : resolve(projectRoot, template),
      projectRoot,
      inputs: allInputs,
      run,
    });
    return { note: `report.html, ${formatBytes(statSync(join(output, 'report.html')).size)}` };
  },
};
