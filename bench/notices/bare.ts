/** The peer: a loop over nodemailer's pool, with no record of anything. Its arguments: the address of the server, letters, connections. */
import nodemailer from 'nodemailer';

const [url = '', count = '0', connections = '4'] = process.argv.slice(2);

const TEXT =
  'Pendaftaran Anda memenuhi semua syarat. Tidak ada yang salah dengan data Anda. Untuk ikut gelombang berikutnya, masuk ke akun Anda. ';
const BODY = `Yth. Budi Santoso,\n\n${TEXT.repeat(4)}\n\nSalam,\nKartu Prakerja\n`;
const HTML = `<!doctype html><html lang="id"><body style="font-family: sans-serif">${`<p>${TEXT}</p>`.repeat(12)}</body></html>`;

const pool = nodemailer.createTransport({
  url,
  pool: true,
  maxConnections: Number(connections),
  maxMessages: Number.POSITIVE_INFINITY,
} as Parameters<typeof nodemailer.createTransport>[0]);

let sent = 0;
async function lane(): Promise<void> {
  while (sent < Number(count)) {
    const number = ++sent;
    await pool.sendMail({
      from: 'Kartu Prakerja <info@prakerja.example>',
      to: `budi${number}@mail.example`,
      messageId: `<bare-${number}@prakerja.example>`,
      subject: 'Anda belum terpilih di Kartu Prakerja gelombang 17',
      text: BODY,
      html: HTML,
    });
  }
}
const began = performance.now();
await Promise.all(Array.from({ length: Number(connections) * 2 }, lane));
process.stdout.write(`${Math.round(performance.now() - began)}\n`);
pool.close();
