/** Requests as lines. */
import type { ApprovalRequest } from '../approval/request.ts';
import { moment } from './words.ts';

/** Of those that are about a wave. */
export function requestLines(requests: readonly ApprovalRequest[]): string[] {
  if (requests.length === 0) return [];
  return ['', 'Requests that wait', ...requests.map((request) => `  ${requestLine(request)}`)];
}

/** In one line, without why: it may be a part of what is asked for. */
function requestLine({ request, state, action, subject, asked_by }: ApprovalRequest): string {
  return `${String(request).padStart(4)}  ${state.padEnd(8)}  ${action}, ${subjectWords({ ...subject, reason: undefined })}, asked by ${asked_by}`;
}

/** All that is known of it. */
export function requestDetails(request: ApprovalRequest): string[] {
  const { asked_at, asked_login, reason, state, decided_by, decided_at, decided_login, decision_reason } =
    request;
  const details = [
    `asked ${moment(asked_at)}, with the login ${asked_login}${because(reason)}`,
    ...(decided_at === null
      ? []
      : [
          `${state === 'refused' ? 'refused' : 'approved'} ${moment(decided_at)} by ${decided_by}, with the login ${decided_login}${because(decision_reason)}`,
        ]),
    ...(request.used_at === null ? [] : [`done ${moment(request.used_at)}`]),
  ];
  return [requestLine(request), ...details.map((detail) => `${' '.repeat(16)}${detail}`)];
}

function because(reason: string | null): string {
  return reason === null ? '' : `: ${reason}`;
}

/** `wave 17, registration_no REG-1`. */
export function subjectWords(subject: object): string {
  return Object.entries(subject)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(', ');
}
