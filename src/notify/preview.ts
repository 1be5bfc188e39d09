/** The texts of a wave as made-up people get them. */
import { sha256 } from '../proof/sha256.ts';
import type { Channel } from '../wave/channels.ts';
import type { TextSettings } from './texts/environment.ts';
import { escaped } from './texts/html.ts';
import { type Sample, samplesOf, withCandidates } from './texts/samples.ts';
import { type SmsLength, segmentsOf } from './texts/segments.ts';
import { openTexts, type WaveTold, type Written } from './texts.ts';

export interface Previewed extends Written {
  readonly channel: Channel;
  readonly sample: Sample;
  /** Of an SMS. */
  readonly length?: SmsLength;
}

export interface Preview {
  /** SHA-256 of the texts, as it is kept with what is sent. */
  readonly versions: Readonly<Record<string, string>>;
  readonly texts: readonly Previewed[];
}

export interface Wanted {
  readonly channels: readonly Channel[];
  /** One outcome alone. */
  readonly outcome: string | undefined;
  /** Reason codes in place of some of the policy's. */
  readonly reasons: readonly string[] | undefined;
}

/** @throws GelombangError INPUT_REFUSED where a file of texts is set that cannot be used. */
export async function previewOf(wave: WaveTold, wanted: Wanted, settings: TextSettings): Promise<Preview> {
  const { channels, outcome, reasons } = wanted;
  const samples = samplesOf(wave.policy, reasons).filter(
    (sample) => outcome === undefined || sample.outcome === outcome,
  );
  const versions: Record<string, string> = {};
  const texts: Previewed[] = [];
  for (const channel of channels) {
    const opened = await openTexts(channel, settings);
    const write = opened.of(withCandidates(wave));
    versions[channel] = sha256(opened.document, 'hex');
    for (const sample of samples) {
      const written = write(sample);
      const length = channel === 'sms' ? { length: segmentsOf(written.body) } : {};
      texts.push({ ...written, channel, sample, ...length });
    }
  }
  return { versions, texts };
}

/** A page of all letters, each as a reader of mail shows it, and of all messages. */
export function previewPage(wave: number, { texts }: Preview): string {
  const parts = texts.map(({ channel, sample, subject, body, html }) => {
    const title = [channel, sample.outcome, ...sample.reasons].join(' · ');
    const shown =
      html === undefined
        ? `<pre>${escaped(body)}</pre>`
        : `<iframe sandbox="" title="${escaped(title)}" srcdoc="${escaped(html)}"></iframe>`;
    return `<section>\n<h2>${escaped(title)}</h2>\n<p>${escaped(subject)}</p>\n${shown}\n</section>`;
  });
  return `<!doctype html>
<html lang="id">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Notices of wave ${wave}</title>
<style>
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;margin:24px auto;padding:0 12px;max-width:720px}
h2{font-size:16px;margin:40px 0 4px;overflow-wrap:anywhere}
p{margin:0 0 8px}
iframe{width:100%;height:640px;border:1px solid #8c959f;resize:vertical}
pre{white-space:pre-wrap;border:1px solid #8c959f;padding:12px}
</style>
</head>
<body>
<h1>Notices of wave ${wave}</h1>
${parts.join('\n')}
</body>
</html>
`;
}
