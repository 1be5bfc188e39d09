/** The settings of the texts, as they stand in the environment. */
import { resolve } from 'node:path';
import { type Environment, isText } from '../../environment.ts';
import type { NoticeSettings } from '../settings.ts';

/** Of `NoticeSettings`, what the texts need. */
export type TextSettings = Pick<NoticeSettings, 'templates' | 'contact'>;

export function readTexts(environment: Environment): TextSettings {
  const isPath = (text: string) => !/\p{Cc}/u.test(text);
  const templates = environment.checked('NOTICE_TEMPLATES', 'the path of a file', isPath);
  return {
    templates: templates === undefined ? undefined : resolve(templates),
    contact: environment.checked(
      'NOTICE_CONTACT',
      'a text of up to 200 characters on one line, with nothing around it',
      isText,
    ),
  };
}
