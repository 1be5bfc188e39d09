/** A letter as HTML: one column that is read on a phone, by a screen reader and in the dark. It fetches nothing and tells nobody that it was read. */
import type { Advice } from '../../policy/advice.ts';

const FONT = "-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";
const PARAGRAPH = 'margin:0 0 16px';
const LIST = 'margin:0 0 16px;padding:0 0 0 24px';
const ITEM = 'margin:0 0 16px;padding:0 0 0 4px';
const REMEDY = 'margin:4px 0 0';

/** The colours stand in the elements too: many a reader of mail looks at no style sheet, and then at no dark mode. */
const DARK =
  '@media (prefers-color-scheme:dark){.page{background:#16181c!important}.card{background:#22262c!important;color:#e9ebee!important}}';

/** Words of its subject and its content, of which both are HTML already. */
export function page(subject: string, content: readonly string[]): string {
  return `<!doctype html>
<html lang="id">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${subject}</title>
<style>:root{color-scheme:light dark}${DARK}</style>
</head>
<body class="page" style="margin:0;padding:0;background:#eef1f4">
<div class="page" style="padding:24px 12px;background:#eef1f4">
<div class="card" style="max-width:600px;margin:0 auto;padding:28px 24px 12px;border-top:6px solid #0b6bb5;background:#ffffff;color:#1d2329;font-family:${FONT};font-size:16px;line-height:1.5;overflow-wrap:anywhere">
${content.join('\n')}
</div>
</div>
</body>
</html>
`;
}

/** A line break within it is kept. */
export function paragraph(text: string): string {
  return `<p style="${PARAGRAPH}">${escaped(text).replaceAll('\n', '<br>')}</p>`;
}

export function numbered(advice: readonly Advice[]): string {
  const items = advice.map(
    ({ what, todo }) =>
      `<li style="${ITEM}"><strong>${escaped(what)}</strong><div style="${REMEDY}">${escaped(todo)}</div></li>`,
  );
  return `<ol style="${LIST}">\n${items.join('\n')}\n</ol>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Fit for the content of an element and for an attribute in quotes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
