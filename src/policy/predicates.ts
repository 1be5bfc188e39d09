/** What a policy's conditions name, whatever they are made of. */
import type { Policy, Predicate } from './policy.ts';

/** A list that a policy needs. A rule of the policy's own may name one of either kind. */
export interface NamedList {
  readonly name: string;
  readonly kind: 'deny' | 'priority' | 'any';
}

/** The conditions that are made of no other, each as often as it stands there. */
export function simplePredicates(predicate: Predicate): readonly Predicate[] {
  if ('all' in predicate) return predicate.all.flatMap(simplePredicates);
  if ('any' in predicate) return predicate.any.flatMap(simplePredicates);
  if ('not' in predicate) return simplePredicates(predicate.not);
  return [predicate];
}

/** The lists that the policy names, each once. */
export function listsNamed({ deny_lists, priority, rules }: Policy): readonly NamedList[] {
  const named = new Map<string, NamedList>();
  const add = (name: string, kind: NamedList['kind']) => {
    if (!named.has(name)) named.set(name, { name, kind });
  };
  for (const name of deny_lists) add(name, 'deny');
  for (const name of priority.flatMap(listsIn)) add(name, 'priority');
  for (const name of rules.flatMap((rule) => listsIn(rule.fails_when))) add(name, 'any');
  return [...named.values()];
}

/** Whether any condition of the policy looks at what people gave as their education. */
export function asksEducation({ priority, rules }: Policy): boolean {
  const conditions = [...priority, ...rules.map((rule) => rule.fails_when)];
  return conditions.flatMap(simplePredicates).some((predicate) => 'education' in predicate);
}

function listsIn(predicate: Predicate): readonly string[] {
  return simplePredicates(predicate).flatMap((simple) => ('list' in simple ? [simple.list] : []));
}
