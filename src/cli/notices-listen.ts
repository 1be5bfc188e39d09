import { once } from 'node:events';
import type { Command } from 'commander';
import { port } from './arguments.ts';
import { withAudit } from './auditing.ts';
import { appliedLines } from './notices-report.ts';
import { note, printResult } from './output.ts';
import { stopped } from './stopping.ts';

interface Options {
  readonly port: number;
  readonly host: string;
  readonly behindProxy?: boolean;
  readonly json?: boolean;
}

const PORT = 8_077;
/** Milliseconds: gateways wait for an answer some seconds longer. */
const PATIENCE = 8_000;

export function addNoticesListen(notices: Command, signal: AbortSignal): void {
  notices
    .command('listen')
    .summary('take over what became of notices, as gateways report it')
    .description(
      'Takes reports on notices over HTTP until it is stopped: of gateways that sign them with NOTICE_REPORTS_SECRET at ' +
        '/reports/generic, and of Twilio at /reports/twilio. It speaks no TLS: a proxy in front of it does. As many as one likes.',
    )
    .option('--port <port>', 'where it listens; 0 is any that is free', port, PORT)
    .option('--host <address>', 'of this machine', '127.0.0.1')
    .option('--behind-proxy', 'listen to other machines too: a proxy among them speaks TLS')
    .option('--json', 'one JSON document on stdout when it is ready')
    .addHelpText('after', '\nExample:\n  $ NOTICE_REPORTS_SECRET=… gelombang notices listen --port 8077')
    .action(async (options: Options) => {
      const { host, behindProxy: isBehindProxy = false } = options;
      const deed = { action: 'notices.listen', subject: { host, port: options.port } } as const;
      await withAudit(
        signal,
        deed,
        async ({ config, database, log }, tell) => {
          const { listenForReports } = await import('../notify/reports/listener.ts');
          const { applyReports } = await import('../notify/reports/apply.ts');
          const listener = await listenForReports({
            ...{ settings: config.noticeReports, host, port: options.port, isBehindProxy, log },
            patience: PATIENCE,
            apply: (reports) => applyReports(database.sql, reports),
          });
          printResult(options.json === true, { host, port: listener.port }, () => [
            `Reports are taken on ${host}, port ${listener.port}.`,
          ]);
          if (!signal.aborted) await once(signal, 'abort');
          await listener.close();
          tell({ port: listener.port, ...listener.applied() });
          for (const line of appliedLines(listener.applied())) note(line);
        },
        { level: 'info' },
      );
      throw stopped('No reports are taken any more. Gateways give those again that were not answered.');
    });
}
