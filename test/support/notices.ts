/** How notices leave in tests: to a folder, unless something else is said. */
import type { NoticeSettings } from '../../src/notify/settings.ts';

export function noticesTo(folder: string, changes: Partial<NoticeSettings> = {}): NoticeSettings {
  return {
    folder,
    email: undefined,
    sms: undefined,
    quietHours: undefined,
    templates: undefined,
    contact: undefined,
    ...changes,
  };
}
