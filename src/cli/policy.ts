import type { Command } from 'commander';
import type { Language } from '../policy/language.ts';
import type { ReadPolicy } from '../policy/read.ts';
import { language } from './arguments.ts';
import { paint, printResult } from './output.ts';
import { readPolicyFile } from './policy-file.ts';
import { counted } from './words.ts';

export function addPolicy(program: Command): void {
  const policy = program
    .command('policy')
    .summary('check a policy file, or say it in words')
    .description('Checks a policy file, or says in words what is in it. Neither needs a database.')
    .addHelpText('after', '\nExample:\n  $ gelombang policy check policies/2021.yaml');
  addCheck(policy);
  addExplain(policy);
}

function addCheck(policy: Command): void {
  policy
    .command('check')
    .summary('say everything that is wrong with a policy file')
    .description(
      'Reads a policy file as wave open does and says everything that is wrong with it, each fault with its line; of one ' +
        'that is right, its name, its seats and the SHA-256 of its canonical form.',
    )
    .argument('<file>', 'policy (YAML)')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang policy check policies/2021.yaml')
    .action(async (file: string, options: { json?: boolean }) => {
      const read = await readPolicyFile(file);
      const { name, quota } = read.policy;
      printResult(options.json === true, { file, ...identityOf(read), quota }, () => [
        `${file}: policy ${name}, ${counted(quota, 'seat')}, sha256 ${read.sha256}`,
      ]);
    });
}

function addExplain(policy: Command): void {
  policy
    .command('explain')
    .summary('say a policy in words')
    .description(
      'Says in words what is in a policy file: who may be drawn, who comes first, with how many tickets, for which seats. ' +
        'Made from the values that decide, and from nothing else.',
    )
    .argument('<file>', 'policy (YAML)')
    .option('--lang <language>', 'id (Indonesian) or en (English)', language, 'en')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang policy explain policies/2021.yaml --lang id')
    .action(async (file: string, options: { lang: Language; json?: boolean }) => {
      const read = await readPolicyFile(file);
      const { policySentences, ruleSentences } = await import('../policy/sentences.ts');
      const sections = policySentences(read.policy, options.lang);
      const rules = ruleSentences(read.policy, options.lang);
      const document = { file, ...identityOf(read), lang: options.lang, sections, rules };
      printResult(options.json === true, document, () =>
        sections.flatMap(({ heading, lines }, at) => [
          ...(at === 0 ? [] : ['']),
          paint('bold', heading, process.stdout),
          ...lines.map((line) => `  ${line}`),
        ]),
      );
    });
}

function identityOf({ policy, sha256 }: ReadPolicy): object {
  return { policy: policy.name, policy_sha256: sha256 };
}
