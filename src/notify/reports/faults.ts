/** What is wrong with reports that came together: all of it is counted, and the first of it told. */
import type { Fault } from '../../errors.ts';

const MOST_TOLD = 500;

export class ReportFaults {
  readonly told: Fault[] = [];
  count = 0;

  add(line: number, what: string): void {
    this.count += 1;
    if (this.told.length < MOST_TOLD) this.told.push({ where: `line ${line}`, what });
  }
}
