import { Search, X } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { memoryText } from '../text/memory';
import { useTextOf } from '../text/text';
import { IconButton } from './Button';
import { Input } from './Field';

/** A pause this long (ms) in typing is a search. */
const PAUSE_MS = 250;

interface Props {
  label: string;
  value: string;
  onSearch: (value: string) => void;
  autoFocus?: boolean;
}

export function SearchBox({ label, value, onSearch, autoFocus }: Props) {
  const t = useTextOf(memoryText);
  const [text, setText] = useState(value);
  const asked = useRef(value);
  const ask = (next: string) => {
    asked.current = next.trim();
    if (asked.current !== value) onSearch(asked.current);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing searches.
  useEffect(() => {
    const timer = setTimeout(() => ask(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  useEffect(() => {
    if (value !== asked.current) setText(value); // by going back: what was typed since is not taken back
    asked.current = value;
  }, [value]);

  function submit(event: FormEvent) {
    event.preventDefault();
    ask(text);
  }

  return (
    <search className="relative min-w-56 flex-1">
      <form onSubmit={submit}>
        <Search aria-hidden className="pointer-events-none absolute top-3 left-3 size-4 text-ink-3" />
        <Input
          type="search"
          aria-label={label}
          placeholder={label}
          value={text}
          maxLength={500}
          autoFocus={autoFocus}
          onChange={(event) => setText(event.target.value)}
          className="pr-10 pl-9 [&::-webkit-search-cancel-button]:hidden"
        />
        {text && (
          <IconButton
            small
            label={t.clear}
            className="absolute top-1.5 right-1.5 pointer-coarse:top-0 pointer-coarse:right-0"
            onClick={() => {
              setText('');
              ask('');
            }}
          >
            <X />
          </IconButton>
        )}
      </form>
    </search>
  );
}
