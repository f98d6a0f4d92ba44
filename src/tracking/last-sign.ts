/** When a run or a sweep that did not end in order was last seen alive, as SQL; milliseconds since 1970. */

/**
 * Over a row of `runs`: its newest point or stage, else the beginning of its last attempt. One look-up a series, however
 * many points. The seconds of a stage that went on are of more than its last attempt, so there only its start counts.
 */
export const lastSign = `
  max(runs.started, coalesce(runs.resumed, 0),
      coalesce((SELECT max(stages.started + CASE WHEN runs.resumed IS NULL
                                                 THEN CAST(1000 * coalesce(stages.seconds, 0) AS INTEGER) ELSE 0 END)
                FROM stages WHERE stages.run = runs.number), 0),
      coalesce((SELECT max(runs.started + (SELECT elapsed FROM points WHERE points.series = series.id
                                           ORDER BY step DESC LIMIT 1))
                FROM series WHERE series.run = runs.number), 0))`;

/** Over a row of `sweeps`, once the runs of its trials are marked. */
export const sweepLastSign = `
  max(sweeps.resumed,
      coalesce((SELECT max(max(proposed, coalesce(trials.started, 0), coalesce(trials.ended, 0),
                               coalesce(CASE trials.state WHEN 'running' THEN runs.ended END, 0)))
                FROM trials LEFT JOIN runs ON runs.id = trials.run WHERE trials.sweep = sweeps.number), 0),
      coalesce((SELECT seen FROM sweep_claims WHERE sweep_claims.name = sweeps.name), 0))`;
