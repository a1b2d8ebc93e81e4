import { useLive } from '../app-context';
import { useText } from '../text/text';

/** For someone who never talked to one: what a Locrit is. */
export function Newcomer() {
  const { hands: t } = useText();
  const talked = useLive(async (client) => (await client.conversations({ own: true, limit: 1 })).length > 0, []);
  return talked === false ? <p className="mt-4 max-w-[52ch] text-pretty text-ink-2">{t.what}</p> : null;
}
