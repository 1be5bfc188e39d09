import { Command } from 'commander';
import { addDemo } from './demo.ts';
import { addExport } from './export.ts';
import { addImports } from './import.ts';
import { addVerify } from './verify.ts';
import { addWaveClose } from './wave-close.ts';
import { addWaveOpen } from './wave-open.ts';
import { addWaveStatus } from './wave-status.ts';
import { addWorker } from './worker.ts';

/** All commands. Errors of usage are thrown, never ended with `process.exit`. */
export function createProgram(signal: AbortSignal): Command {
  const program = new Command('gelombang')
    .description(
      'Closes waves of applications: match, filter, draw, publish, notify; and everyone can recompute the draw.',
    )
    .showHelpAfterError('(add --help for what there is)')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', '\nExample:\n  $ gelombang demo --applicants 10000')
    .exitOverride();
  const wave = program.command('wave').description('Opens and closes a wave, says how far it is.');
  addWaveOpen(wave, signal);
  addWaveClose(wave, signal);
  addWaveStatus(wave, signal);
  addImports(program, signal);
  addExport(program, signal);
  addVerify(program, signal);
  addWorker(program, signal);
  addDemo(program, signal);
  forAll(program, (command) => command.exitOverride().helpCommand(false));
  return program;
}

function forAll(command: Command, change: (command: Command) => void): void {
  change(command);
  for (const child of command.commands) forAll(child, change);
}
