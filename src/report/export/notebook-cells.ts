/** What stands in the notebook: a sentence and Python for each thing to be seen. Owns no file format. */
import type { Objective } from '../../core/sweep-events.js';

export interface NotebookFacts {
  readonly title: string;
  readonly objective: Objective;
  /** Whether the column `objective`, which trials have, holds it. */
  readonly inTrials: boolean;
  readonly runs: number;
  /** The columns of the settings that are shown, in that order. */
  readonly settings: readonly string[];
}

export type Cell = { readonly kind: 'markdown' | 'code'; readonly source: string };

/** A Python literal: a JSON string is one. */
const text = (value: string): string => JSON.stringify(value);

/** Text in a Markdown cell that is nothing but text. */
function plain(value: string): string {
  return value
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_[\]{}()#~|!$]/g, String.raw`\$&`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

export function notebookCells(facts: NotebookFacts): Cell[] {
  const { title, runs } = facts;
  const markdown = (source: string): Cell => ({ kind: 'markdown', source });
  const code = (source: string): Cell => ({ kind: 'code', source: source.trim() });
  return [
    markdown(
      `# ${plain(title)}\n\n${runs} ${runs === 1 ? 'run' : 'runs'}, exported by Assay. ` +
        `It needs pandas, matplotlib and seaborn (and pyarrow, without which it reads the CSV files instead): ` +
        '`pip install pandas pyarrow matplotlib seaborn`.',
    ),
    code(loading(facts)),
    markdown('The best ten runs, with the settings that are not the same in all of them.'),
    code(overview),
    markdown(
      'How the runs learned, epoch by epoch: the best is drawn boldly, those that failed or were stopped are dashed.',
    ),
    code(learningCurves),
    markdown(
      'Each setting that differs, against what the runs came to: a trend or a step says that the setting matters, a cloud that it does not.',
    ),
    code(parameters),
    markdown('Two settings at a time: the lighter a cell, the better the best run in it.'),
    code(pairs),
  ];
}

function loading({ objective: { metric, goal }, inTrials, settings }: NotebookFacts): string {
  return `
import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns

OBJECTIVE = ${text(metric)}
MAXIMIZE = ${goal === 'maximize' ? 'True' : 'False'}
# What tells the runs apart: what a sweep searched first, and nothing that follows from another setting.
SETTINGS = [${settings.map((column) => `\n    ${text(column)},`).join('')}${settings.length === 0 ? '' : '\n'}]

sns.set_theme(style="whitegrid", palette="colorblind")


def load(name):
    try:
        return pd.read_parquet(f"{name}.parquet")
    except ImportError:
        table = pd.read_csv(f"{name}.csv")
        return table.assign(started=pd.to_datetime(table["started"])) if "started" in table else table


def label(value):
    if isinstance(value, float):
        return f"{value:.{10 if value.is_integer() else 4}g}"
    # Between dollar signs, matplotlib would read a formula.
    return str(value).removeprefix("settings.").replace("$", "\\\\$")


runs = load("runs")
points = load("metrics")
ends = points[(points["scope"] == "epoch") & (points["metric"] == OBJECTIVE)].groupby("run")["value"].agg(lambda v: v.iloc[-1])
measured = runs.get(f"metrics.{OBJECTIVE}", pd.Series(float("nan"), index=runs.index)).astype(float)
measured = measured.fillna(runs["run"].map(ends).astype(float).where(runs["status"] == "done"))
# What a run that was stopped had by then is no result.
measured = measured.where(~runs["status"].isin(["pruned", "paused", "running"]))
runs["objective"] = ${inTrials ? 'runs["objective"].fillna(measured)' : 'measured'}
runs = runs.sort_values("objective", ascending=not MAXIMIZE).reset_index(drop=True)
settings = [c for c in SETTINGS if c in runs]
print(f"{len(runs)} runs, {len(points)} points; {len(settings)} settings differ")`;
}

const overview = `
shown = ["run", "status", "objective", "seconds", *settings[:12]]
runs[shown].head(10).rename(columns=lambda c: c.removeprefix("settings."))`;

const learningCurves = `
epochs = points[points["scope"] == "epoch"]
curves = epochs[epochs["metric"] == OBJECTIVE]
if curves.empty:
    likely = [m for m in epochs["metric"].unique() if OBJECTIVE.split(".")[-1] in m] or list(epochs["metric"].unique())
    curves = epochs[epochs["metric"] == likely[0]] if likely else epochs
if curves.empty:
    print("no run recorded a curve")
else:
    status = runs.set_index("run")["status"]
    best = runs["run"].iloc[0]
    fig, ax = plt.subplots(figsize=(9, 5))
    for run, curve in curves.groupby("run"):
        stopped = status.get(run) != "done"
        ax.plot(
            curve["epoch"],
            curve["value"],
            color="C1" if run == best else "C0",
            alpha=1 if run == best else max(0.15, min(0.7, 20 / len(runs))),
            linewidth=2.5 if run == best else 1,
            linestyle="--" if stopped else "-",
            zorder=3 if run == best else 2,
            label=f"the best: {run}" if run == best else None,
        )
    ax.set(xlabel="epoch", ylabel=label(curves["metric"].iloc[0]))
    handles, _ = ax.get_legend_handles_labels()
    if handles:
        ax.legend()
    plt.show()`;

const parameters = `
done = runs.dropna(subset=["objective"])
shown = [c for c in settings if done[c].nunique() > 1][:12]
if not shown:
    print("no setting differs")
else:
    columns = min(3, len(shown))
    rows = -(-len(shown) // columns)
    fig, axes = plt.subplots(rows, columns, figsize=(5 * columns, 4 * rows), squeeze=False, layout="constrained")
    for ax, setting in zip(axes.flat, shown):
        known = done.dropna(subset=[setting])
        numbers = pd.api.types.is_numeric_dtype(known[setting]) and not pd.api.types.is_bool_dtype(known[setting])
        if numbers and known[setting].nunique() > 6:
            sns.scatterplot(known, x=setting, y="objective", ax=ax)
            if known[setting].min() > 0 and known[setting].max() / known[setting].min() >= 100:
                ax.set_xscale("log")
            else:
                ax.xaxis.set_major_formatter("{x:.4g}")
        else:
            order = sorted(known[setting].unique().tolist())
            places = known.assign(**{setting: known[setting].map(order.index)})
            sns.stripplot(places, x=setting, y="objective", order=range(len(order)), ax=ax)
            ax.set_xticks(range(len(order)), [label(v) for v in order], rotation=30)
        ax.set(xlabel=label(setting), ylabel=label(OBJECTIVE))
    for ax in axes.flat[len(shown):]:
        ax.set_visible(False)
    plt.show()`;

const pairs = `
if len(shown) < 2:
    print("fewer than two settings differ")
else:
    def binned(column):
        values = done[column]
        numbers = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
        if numbers and values.nunique() > 6:
            return pd.qcut(values, 5, duplicates="drop")
        return values

    first, second = shown[:2]
    best = done.groupby([binned(first), binned(second)], observed=True)["objective"].agg("max" if MAXIMIZE else "min").unstack()
    best = best.rename(index=label, columns=label)
    fig, ax = plt.subplots(figsize=(8, 5))
    sns.heatmap(best, annot=True, fmt=".4g", cmap="viridis" if MAXIMIZE else "viridis_r", ax=ax)
    ax.set(ylabel=label(first), xlabel=label(second))
    plt.show()`;
