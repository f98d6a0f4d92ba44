/** Settings of the stage kind `report`: meaning, ranges, defaults. Imported at run time only while building. */
import Type from 'typebox';

export const ReportSettings = Type.Object(
  {
    title: Type.Optional(
      Type.String({
        description: "The report's heading. Absent: the experiment's name.",
        minLength: 1,
        maxLength: 200,
      }),
    ),
    template: Type.Optional(
      Type.String({
        description:
          'A folder of templates of your own, which take the place of those that come with Assay, file by file: layout.hbs, partials/*.hbs; styles.css and script.js come after ours. See docs/report.md.',
        minLength: 1,
        maxLength: 1000,
        assayFile: 'folder',
      }),
    ),
    mistakes: Type.Integer({
      description:
        'How many of the most confidently wrong images to show, of those that evaluate kept (its own setting mistakes). 0: none.',
      minimum: 0,
      maximum: 1000,
      default: 24,
    }),
  },
  { additionalProperties: false, description: 'One self-contained HTML file that tells of the run.' },
);
export type ReportSettings = Type.Static<typeof ReportSettings>;
