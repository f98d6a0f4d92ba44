/** What a user's own code imports from `assay`: the means to write a stage. The CLI is the rest of the product. */
export { defineStage, type CustomStage } from './stages/custom-stage-definition.js';
export type { InputArtifact, StageContext } from './stages/stage.js';
export type { StageSummary } from './core/events.js';
