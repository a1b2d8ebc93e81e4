import type { Reading } from '../../core';
import { useConnection } from '../app-context';
import { useText } from '../text/text';
import { useSeconds } from './use-seconds';

/** What takes less is not explained. */
const SHORT_S = 2;

interface Props {
  name: string;
  /** No piece of it is there. */
  isSilent: boolean;
  reading?: Reading;
}

/** Without the server nothing is written any further, as far as one can tell here. */
export function StillWriting({ name, isSilent, reading }: Props) {
  const t = useText();
  const isAway = useConnection().state === 'offline';
  if (isAway) return <p className="mt-2 border-warn border-l-2 py-1.5 pl-3 text-ink-2 text-sm">{t.typed.lost}</p>;
  if (!isSilent) return null;
  return (
    <p className="late text-ink-3 leading-[1.6]">
      {reading ? <StillReading name={name} reading={reading} /> : `${t.chat.thinking(name)}…`}
    </p>
  );
}

/** Why there is nothing to see yet, and for how long. */
function StillReading({ name, reading }: { name: string; reading: Reading }) {
  const t = useText();
  const seconds = useSeconds(reading.since);
  if (seconds < SHORT_S) return `${t.chat.thinking(name)}…`;
  const { loading, model, prompt_tokens, load_timeout_s } = reading;
  return (
    <>
      {loading ? t.context.loading(model) : t.context.reading(prompt_tokens)}
      <span aria-hidden className="tabular-nums">
        {t.reply.seconds(seconds)}
      </span>
      {loading && <span className="block text-xs">{t.context.loadingUpTo(load_timeout_s)}</span>}
    </>
  );
}
