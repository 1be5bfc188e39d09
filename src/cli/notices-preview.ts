import { Readable } from 'node:stream';
import { type Command, InvalidArgumentError } from 'commander';
import type { Preview, Previewed } from '../notify/preview.ts';
import type { TextSettings } from '../notify/texts/environment.ts';
import type { WaveTold } from '../notify/texts.ts';
import { OUTCOMES, type Outcome } from '../proof/seats.ts';
import { CHANNELS, type Channel } from '../wave/channels.ts';
import { oneOf, waveNumber } from './arguments.ts';
import { note, paint, printResult } from './output.ts';
import { withSession } from './session.ts';
import { counted } from './words.ts';

interface Options {
  readonly channel?: Channel;
  readonly outcome?: Outcome;
  readonly reasons?: readonly string[];
  readonly templates?: string;
  readonly html?: string;
  readonly json?: boolean;
}

const LETTERS_AND_MESSAGES: readonly Channel[] = ['email', 'sms'];

export function addNoticesPreview(notices: Command, signal: AbortSignal): void {
  notices
    .command('preview')
    .summary('show what the people of a wave are told')
    .description(
      'Shows the texts of the notices of a wave, of each outcome and channel, as somebody made up gets them; of an SMS with ' +
        'its length. Nobody of the wave is looked at, and nothing is sent.',
    )
    .argument('<wave>', 'number of the wave', waveNumber)
    .option('--channel <channel>', 'email, sms or file; email and sms if not given', channel)
    .option('--outcome <code>', 'the texts of one outcome alone', outcome)
    .option('--reasons <codes>', 'reasons of the policy, with commas between, of whoever has some', codes)
    .option('--templates <file>', 'texts (YAML) in place of those of NOTICE_TEMPLATES')
    .option('--html <file>', 'a page with all texts as they look, for the browser')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nExample:\n  $ gelombang notices preview 17 --outcome INELIGIBLE --html texts.html',
    )
    .action(async (waveId: number, options: Options) => {
      await withSession(signal, async ({ config, database }) => {
        const { readWave } = await import('../wave/record.ts');
        const wave = await readWave(database.sql, waveId);
        await refuseOtherReasons(wave, options.reasons);
        const { templates = config.notices.templates } = options;
        const preview = await made(wave, options, { ...config.notices, templates });
        if (options.html !== undefined) await writePage(options.html, wave.id, preview, signal);
        printResult(options.json === true, documentOf(wave.id, preview), () =>
          preview.texts.flatMap(linesOf),
        );
        if (options.html !== undefined) note(`Written: ${options.html}`);
      });
    });
}

export function outcome(text: string): Outcome {
  return oneOf(text, OUTCOMES);
}

function channel(text: string): Channel {
  return oneOf(text, CHANNELS);
}

function codes(text: string): readonly string[] {
  const given = text.split(',').map((code) => code.trim());
  if (given.every((code) => /^[\w:-]{1,64}$/.test(code))) return given;
  throw new InvalidArgumentError(
    'expected reason codes with commas between, for example KK_MISMATCH,IN_SCHOOL.',
  );
}

/** In the order of the policy, whatever that of the argument is. */
async function refuseOtherReasons(
  { id, policy }: WaveTold,
  given: readonly string[] | undefined,
): Promise<void> {
  const { reasonCodes } = await import('../policy/reasons.ts');
  const known: readonly string[] = reasonCodes(policy);
  const unknown = given?.find((code) => !known.includes(code));
  if (unknown === undefined) return;
  const { GelombangError } = await import('../errors.ts');
  throw new GelombangError('INPUT_REFUSED', `${unknown} is no reason of the policy of wave ${id}`, {
    concerns: { wave: id },
    next: `There are: ${known.join(', ')}`,
  });
}

async function made(wave: WaveTold, options: Options, settings: TextSettings): Promise<Preview> {
  const { previewOf } = await import('../notify/preview.ts');
  const { outcome, reasons } = options;
  const channels = options.channel === undefined ? LETTERS_AND_MESSAGES : [options.channel];
  return previewOf(wave, { channels, outcome, reasons }, settings);
}

async function writePage(path: string, wave: number, preview: Preview, signal: AbortSignal): Promise<void> {
  const { prepareFile } = await import('../files/single-file.ts');
  const { previewPage } = await import('../notify/preview.ts');
  const file = await prepareFile(path, signal);
  try {
    await file.write('', Readable.from([previewPage(wave, preview)], { objectMode: false }));
    await file.publish();
  } finally {
    await file.discard();
  }
}

function documentOf(wave: number, { versions, texts }: Preview): object {
  return {
    wave,
    versions,
    texts: texts.map(({ channel, sample, subject, body, html, length }) => ({
      ...{ channel, outcome: sample.outcome, reasons: sample.reasons, subject, body },
      html: html ?? null,
      length: length ?? null,
    })),
  };
}

function linesOf({ channel, sample, subject, body, length }: Previewed): string[] {
  const heading = [channel, sample.outcome, ...sample.reasons].join(' · ');
  return [
    paint('bold', heading, process.stdout),
    ...(length === undefined
      ? [`  Subject: ${subject}`, '']
      : [
          `  ${counted(length.units, length.alphabet === 'GSM-7' ? 'septet' : 'unit')} of ${length.alphabet}, ${counted(length.segments, 'segment')}`,
          '',
        ]),
    ...body
      .trimEnd()
      .split('\n')
      .map((line) => (line === '' ? '' : `  ${line}`)),
    '',
  ];
}
