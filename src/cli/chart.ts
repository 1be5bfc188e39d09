/** The funnel as bars of text. */
import { amount } from './words.ts';

const BAR_WIDTH = 40;

export interface Bar {
  readonly label: string;
  readonly value: number;
}

/** One line a bar, the longest as wide as `BAR_WIDTH`; whatever is above zero is seen. */
function barChart(bars: readonly Bar[]): string[] {
  const longest = Math.max(1, ...bars.map((bar) => bar.value));
  const labelWidth = Math.max(0, ...bars.map((bar) => bar.label.length));
  const amountWidth = Math.max(0, ...bars.map((bar) => amount(bar.value).length));
  return bars.map(({ label, value }) => {
    const bar = blocks((value / longest) * BAR_WIDTH, value > 0);
    return `${label.padEnd(labelWidth)}  ${amount(value).padStart(amountWidth)}  ${bar}`.trimEnd();
  });
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

function blocks(width: number, visible: boolean): string {
  const eighths = Math.max(visible ? 1 : 0, Math.round(width * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}

/** The steps of a funnel, what is left printed to the left, what is taken out set in. */
export function funnelChart(funnel: Readonly<Record<string, number>>): string[] {
  const left = new Set(['rows_read', 'applications', 'ELIGIBLE', 'CANDIDATES', 'ACCEPTED']);
  const shown = Object.entries(funnel).filter(([step, count]) => left.has(step) || count > 0);
  return barChart(shown.map(([step, value]) => ({ label: left.has(step) ? step : `  − ${step}`, value })));
}
