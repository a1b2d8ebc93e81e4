import { ListFilter, MessageSquareText } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import {
  ApiError,
  asksForSomething,
  type FilterName,
  type FoundMessage,
  filterNamed,
  fold,
  type SearchEnd,
  type SearchQuery,
} from '../../core';
import { useClient, useConnection, useLive } from '../app-context';
import { previewOf } from '../chat/markdown/plain';
import { useAsker } from '../chat/VisitorMark';
import { Snippet } from '../kit/Snippet';
import { paths } from '../paths';
import { useFormat } from '../text/format-date';
import { useText } from '../text/text';
import type { Entry } from './palette-entries';

/** Somebody who types does not look yet: so long (ms) the search waits for the next letter. */
const TYPING_MS = 60;

export type SearchPhase = 'none' | 'searching' | 'looking' | 'done' | 'offline' | 'failed';

interface Found {
  /** Of which query. */
  asked: string;
  hits: FoundMessage[];
  end?: SearchEnd;
}

const NOTHING: Found = { asked: '', hits: [] };

/** What was said, as it is found. What was found before stays until there is something else to show. */
export function useFound(query: SearchQuery) {
  const { finding: t, conversations } = useText();
  const asker = useAsker();
  const format = useFormat();
  const navigate = useNavigate();
  const { hits, end } = useHits(query);
  const isOnline = useConnection().state === 'online';
  const entries = hits.map((hit): Entry => {
    const { message_id, conversation_id, locrit_name, session_name, role, created_at } = hit;
    const by = role === 'user' ? asker(hit.visitor) : locrit_name;
    return {
      id: `m-${message_id}`,
      group: 'messages',
      label: <Snippet text={asRead(hit.snippet)} />,
      name: '',
      note: [
        hit.file_name && t.inFile(hit.file_name),
        t.where(session_name || conversations.untitled, by, format.brief(created_at)),
      ]
        .filter(Boolean)
        .join(' · '),
      icon: <MessageSquareText />,
      run: () => navigate(paths.chat(locrit_name, conversation_id, message_id), { state: { found: query.words } }),
    };
  });
  return { entries, more: end?.more ?? false, failure: end?.failure?.message, state: phaseOf(query, end, isOnline) };
}

/** Without the marks of Markdown, unless what was found is in one: the address of a link. */
function asRead(snippet: string): string {
  const plain = previewOf(snippet);
  return snippet.includes('\u0002') && !plain.includes('\u0002') ? snippet : plain;
}

export function useHits(query: SearchQuery, most?: number): Found {
  const client = useClient();
  const asked = asksForSomething(query) ? JSON.stringify(query) : '';
  const [found, setFound] = useState<Found>(NOTHING);
  useEffect(() => {
    if (!asked) return setFound(NOTHING);
    const control = new AbortController();
    const show = (hits: FoundMessage[]) => setFound({ asked, hits });
    const finish = (end: SearchEnd) =>
      setFound((now) => ({ ...(now.asked === asked ? now : { asked, hits: [] }), end }));
    const fail = (error: unknown) => {
      if (control.signal.aborted) return; // somebody looks for something else by now
      if (!(error instanceof ApiError)) throw error;
      finish({ more: false, failure: error.failure });
    };
    const timer = setTimeout(
      () => client.search(JSON.parse(asked), show, control.signal, most).then(finish, fail),
      TYPING_MS,
    );
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [client, asked, most]);
  return found.asked === asked ? found : { ...found, end: undefined };
}

function phaseOf(query: SearchQuery, end: SearchEnd | undefined, isOnline: boolean): SearchPhase {
  if (!asksForSomething(query)) return 'none';
  if (end === undefined) return isOnline ? 'searching' : 'looking';
  if (end.failure) return 'failed';
  return end.offline ? 'offline' : 'done';
}

/** What a filter that is being typed may say: `locrit:Bo` is offered `locrit:Bob`. */
export function useCompletions(query: string): Entry[] {
  const { finding: t } = useText();
  const locrits = useLive((client) => client.locrits(), []) ?? [];
  const [, before = '', typed = '', begun = ''] = /^(.*?\s?)(\p{L}+):"?([^"\s]*)$/u.exec(query) ?? [];
  const name = filterNamed(typed);
  if (name === undefined) return [];
  const values: Record<FilterName, readonly string[]> = {
    locrit: locrits.map((locrit) => locrit.name),
    role: t.roles,
    after: [...t.days, String(new Date().getFullYear())],
    before: [...t.days, String(new Date().getFullYear())],
    is: t.marks,
  };
  const fitting = values[name].filter((value) => fold(value).startsWith(fold(begun)) && value !== begun);
  return fitting.slice(0, 6).map((value): Entry => {
    const filter = `${typed}:${/\s/.test(value) ? `"${value}"` : value}`;
    const id = `f-${name}-${value}`;
    return {
      id,
      group: 'filters',
      label: filter,
      name: filter,
      icon: <ListFilter />,
      completes: `${before}${filter} `,
      run,
    };
  });
}

const run = () => undefined;
