import { fold } from './matching';

/** What somebody looks for: words, and what else a message must be. */
export interface SearchQuery {
  /** As typed, without the filters; what is between quotes belongs together. */
  words: string;
  locrit?: string;
  role?: 'user' | 'assistant';
  /** Moments (ISO 8601): from `after` on, until before `before`. */
  after?: string;
  before?: string;
  is?: Mark;
  conversationId?: string;
}

export type Mark = (typeof MARKS)[number];
export type FilterName = (typeof FILTERS)[number];

export const FILTERS = ['locrit', 'role', 'after', 'before', 'is'] as const;
export const MARKS = ['starred', 'pinned', 'archived'] as const;
/** What they are called in French, too: without accents, as all names are compared. */
const NAMES: Record<string, FilterName> = { apres: 'after', depuis: 'after', avant: 'before', est: 'is' };
const MARK_NAMES: [RegExp, Mark][] = [
  [/^favorite?s?$/, 'starred'],
  [/^epinglee?s?$/, 'pinned'],
  [/^archivee?s?$/, 'archived'],
];
const ROLES: Record<string, 'user' | 'assistant'> = {
  user: 'user',
  me: 'user',
  moi: 'user',
  assistant: 'assistant',
  locrit: 'assistant',
};
const PIECE = /(\p{L}+):(?:"([^"]*)"?|“([^”]*)”?|(\S*))|"[^"]*"?|“[^”]*”?|\S+/gu;

/** A part of the query that filters, as typed; `known` when it says something. */
export interface Filter {
  name: FilterName;
  value: string;
  known: boolean;
}

export interface ParsedQuery {
  query: SearchQuery;
  filters: Filter[];
}

/** `locrit:"Bob Technique" role:user after:2026-11 is:starred words`. What is not known as a filter is searched as words. */
export function parseQuery(text: string, now = new Date()): ParsedQuery {
  const query: SearchQuery = { words: '' };
  const filters: Filter[] = [];
  const words: string[] = [];
  for (const [piece, name = '', quoted, curly, plain] of text.matchAll(PIECE)) {
    const filter = filterNamed(name);
    if (filter === undefined) words.push(piece);
    else filters.push(narrow(query, filter, (quoted ?? curly ?? plain ?? '').trim(), now));
  }
  return { query: { ...query, words: words.join(' ') }, filters };
}

export function filterNamed(name: string): FilterName | undefined {
  const plain = fold(name);
  return FILTERS.find((each) => each === plain) ?? NAMES[plain];
}

export function asksForSomething({ words, conversationId: _, ...filters }: SearchQuery): boolean {
  return words.trim() !== '' || Object.keys(filters).length > 0;
}

function narrow(query: SearchQuery, name: FilterName, value: string, now: Date): Filter {
  const said = meaning(name, value, now);
  if (said !== undefined) Object.assign(query, { [name]: said });
  return { name, value, known: said !== undefined };
}

function meaning(name: FilterName, value: string, now: Date): string | undefined {
  if (name === 'locrit') return value || undefined;
  if (name === 'role') return ROLES[fold(value)];
  if (name === 'is') return markNamed(fold(value));
  return dayOf(value, now)?.toISOString();
}

function markNamed(plain: string): Mark | undefined {
  return MARKS.find((mark) => mark === plain) ?? MARK_NAMES.find(([name]) => name.test(plain))?.[1];
}

const DAYS_AGO: Record<string, number> = { today: 0, yesterday: 1, "aujourd'hui": 0, 'aujourd’hui': 0, hier: 1 };

/** The reader's midnight with which a day, month (2026-11) or year begins. */
export function dayOf(text: string, now = new Date()): Date | undefined {
  const ago = DAYS_AGO[text.toLowerCase()];
  if (ago !== undefined) return new Date(now.getFullYear(), now.getMonth(), now.getDate() - ago);
  const [, year, month, day] = /^(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?$/.exec(text) ?? local(text);
  if (year === undefined) return undefined;
  const date = new Date(Number(year), Number(month ?? 1) - 1, Number(day ?? 1));
  const isReal = date.getMonth() === Number(month ?? 1) - 1 && date.getDate() === Number(day ?? 1);
  return isReal && date.getFullYear() > 1970 ? date : undefined;
}

/** As written where the day comes first: 3.11.2026, 03/11/2026. */
function local(text: string): (string | undefined)[] {
  const [, day, month, year] = /^(\d{1,2})[./](\d{1,2})[./](\d{4})$/.exec(text) ?? [];
  return [text, year, month, day];
}
