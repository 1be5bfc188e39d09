import type { Command } from 'commander';
import type { Finding } from '../explain/explanation.ts';
import type { Line, Worded } from '../explain/worded.ts';
import type { Language } from '../policy/language.ts';
import { language, registrationNo, waveNumber } from './arguments.ts';
import { takesReason, type WithReason, withAudit } from './auditing.ts';
import { paint, printResult } from './output.ts';

interface Options extends WithReason {
  readonly lang: Language;
  readonly json?: boolean;
}

export function addExplain(program: Command, signal: AbortSignal): void {
  takesReason(program.command('explain'))
    .summary('say why an application had its outcome')
    .description(
      'Says why an application of a published wave had its outcome: every rule with what it was decided on, the place in ' +
        'the draw, how it went in other waves, what to do about it.',
    )
    .argument('<wave>', 'number of the wave', waveNumber)
    .argument('<registration-no>', 'registration number of the account', registrationNo)
    .option('--lang <lang>', 'id for Indonesian, en for English', language, 'en')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang explain 17 REG-000017 --lang id')
    .action(async (waveId: number, number: string, options: Options) => {
      const { explain } = await import('../explain/explain.ts');
      const { worded } = await import('../explain/worded.ts');
      const subject = { wave: waveId, registration_no: number };
      const deed = { action: 'explain', subject, reason: options.reason } as const;
      await withAudit(signal, deed, async ({ database }) => {
        const said = worded(await explain(database, waveId, number), options.lang);
        printResult(options.json === true, said.document, () => explainedLines(said));
      });
    });
}

const MARKS: Readonly<Record<Finding, string>> = { passed: '✓', failed: '✗', not_asked: '–' };
const COLOURS = { passed: 'green', failed: 'red', not_asked: 'yellow' } as const;

/** Characters of a line: what is longer goes on below its own beginning. */
const WIDTH = 100;

function explainedLines({ title, voided, summary, sections }: Worded): string[] {
  const bold = (text: string) => paint('bold', text, process.stdout);
  return [
    ...(voided === null ? [] : [...folded('', voided).map((line) => paint('red', line, process.stdout)), '']),
    ...folded('', `${title}. ${summary}`).map(bold),
    ...sections.flatMap(({ heading, lines }) => [
      ...(heading === null ? [] : ['', bold(heading)]),
      ...sectionLines(lines),
    ]),
  ];
}

function sectionLines(lines: readonly Line[]): string[] {
  const width = Math.max(0, ...lines.map((line) => ('label' in line ? line.label.length : 0)));
  return lines.flatMap((line) => {
    if ('finding' in line) return ruleLines(line.finding, line.text);
    return folded('label' in line ? `  ${line.label.padEnd(width)}  ` : '  ', line.text);
  });
}

/** Painted only when it is folded: colours take no room. */
function ruleLines(finding: Finding, text: string): string[] {
  const mark = MARKS[finding];
  const [first = '', ...rest] = folded(`  ${mark} `, text);
  return [first.replace(mark, paint(COLOURS[finding], mark, process.stdout)), ...rest];
}

function folded(before: string, text: string): string[] {
  const lines: string[] = [];
  let line = before;
  for (const word of text.split(' ')) {
    if (line.trim() !== before.trim() && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = ' '.repeat(before.length);
    }
    line += line.length === before.length ? word : ` ${word}`;
  }
  return [...lines, line];
}
