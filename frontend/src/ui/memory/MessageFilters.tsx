import type { LocritRow } from '../../core';
import { useLive } from '../app-context';
import { Button } from '../kit/Button';
import { Input, Select } from '../kit/Field';
import { SearchBox } from '../kit/SearchBox';
import { explorerText } from '../text/explorer';
import { useFormat } from '../text/format-date';
import { memoryText } from '../text/memory';
import { useTextOf } from '../text/text';
import { asHour, HOURS } from './days';
import { useConversations, useSummary } from './queries';
import { useFilters } from './use-filters';

export const NONE = { q: '', conversation: '', role: '', model: '', day: '', hour: '' };

/** What messages are narrowed down to: words, a conversation, who said it, a day, an hour of any. */
export function MessageFilters({ locrit }: { locrit: LocritRow }) {
  const t = useTextOf(explorerText);
  const memory = useTextOf(memoryText);
  const [filter, set] = useFilters();
  const models = useSummary(locrit.name).data?.models ?? [];
  const model = filter('model');
  const format = useFormat();
  return (
    <div className="mb-4 grid grid-cols-2 gap-2 sm:grid-cols-3 lg:grid-cols-5">
      <div className="col-span-full flex flex-wrap gap-2">
        <SearchBox label={memory.search} value={filter('q')} onSearch={(q) => set({ q })} />
        {Object.keys(NONE).some(filter) && (
          <Button variant="ghost" onClick={() => set(NONE)}>
            {t.showAll}
          </Button>
        )}
      </div>
      <ConversationSelect locrit={locrit} />
      <Select aria-label={t.by} value={filter('role')} onChange={({ target }) => set({ role: target.value })}>
        <option value="">{t.anybody}</option>
        <option value="user">{t.you}</option>
        <option value="assistant">{locrit.name}</option>
      </Select>
      <Select aria-label={t.model} value={model} onChange={({ target }) => set({ model: target.value })}>
        <option value="">{t.anyModel}</option>
        {[...new Set([...models.map((use) => use.model), ...(model ? [model] : [])])].map((name) => (
          <option key={name}>{name}</option>
        ))}
      </Select>
      <Input
        type="date"
        aria-label={t.onlyDay}
        value={filter('day')}
        onChange={({ target }) => set({ day: target.value })}
      />
      <Select
        aria-label={t.atWhat}
        className="max-sm:col-span-full"
        value={filter('hour')}
        onChange={({ target }) => set({ hour: target.value })}
      >
        <option value="">{t.anyHour}</option>
        {HOURS.map((hour) => (
          <option key={hour} value={hour}>
            {format.time(asHour(Number(hour)))}
          </option>
        ))}
      </Select>
    </div>
  );
}

/** The newest ones, and the one that is chosen. */
function ConversationSelect({ locrit }: { locrit: LocritRow }) {
  const t = useTextOf(memoryText);
  const [filter, set] = useFilters();
  const chosen = filter('conversation');
  const { data } = useConversations(locrit.name);
  const other = useLive((client) => client.conversation(chosen), [chosen]);
  const some = data?.pages.flatMap((page) => page.conversations);
  const names = new Map(some?.map((one) => [one.conversation_id, one.title]));
  if (chosen && !names.has(chosen)) names.set(chosen, other?.title ?? '');
  return (
    <Select
      aria-label={t.inSession}
      className="min-w-0"
      value={chosen}
      onChange={({ target }) => set({ conversation: target.value })}
    >
      <option value="">{t.allSessions}</option>
      {[...names].map(([id, name]) => (
        <option key={id} value={id}>
          {name || t.untitled}
        </option>
      ))}
    </Select>
  );
}
