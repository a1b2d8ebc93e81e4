import { useSearchParams } from 'react-router';

type Filters = Record<string, string>;

/** What a tab is narrowed down to stands in the address: going back goes back, and a link leads there. */
export function useFilters(): [(name: string) => string, (changes: Filters) => void] {
  const [search, setSearch] = useSearchParams();
  const change = (changes: Filters) =>
    setSearch(
      (now) =>
        Object.fromEntries(Object.entries({ ...Object.fromEntries(now), ...changes }).filter(([, value]) => value)),
      { replace: true },
    );
  return [(name) => search.get(name) ?? '', change];
}
