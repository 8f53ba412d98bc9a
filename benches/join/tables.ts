/** Medians and the tables in which a benchmark says them. */
import type { Marks } from './watch'

export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}

export function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')
}

/** The steps of several runs, in the order of their medians, in milliseconds since the click; steps that not every second run had are left out. */
export function steps(runs: readonly Marks[]): ReadonlyArray<readonly [string, number]> {
  const names = new Set(runs.flatMap((run) => Object.keys(run)))
  const medians = [...names].flatMap((name): Array<readonly [string, number]> => {
    const values = runs.flatMap((run) => (name in run ? [(run[name] ?? 0) - (name.includes('of which') ? 0 : (run['click'] ?? 0))] : []))
    return values.length * 2 < runs.length ? [] : [[name, quantile(values, 0.5)]]
  })
  return medians.sort((a, b) => a[1] - b[1])
}
