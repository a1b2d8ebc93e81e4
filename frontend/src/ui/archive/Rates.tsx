import type { Storage } from '../../core';
import { Section } from '../kit/Section';
import { useFormat } from '../text/format-date';
import { storageText } from '../text/storage';
import { useText, useTextOf } from '../text/text';
import { Facts } from './Facts';

/** How many saves and replies came to a good end, as far as this server process has counted. */
export function Rates({ storage: { saves, replies, since } }: { storage: Storage }) {
  const words = useTextOf(storageText);
  const rate = useRate();
  const format = useFormat();
  const ended = replies.complete + replies.stopped;
  const cut = replies.interrupted ? [words.interrupted(format.number(replies.interrupted))] : [];
  return (
    <Section title={words.rates} hint={words.ratesHint(format.full(since))}>
      <Facts
        facts={[
          [words.saves, rate(saves.saved, saves.failed)],
          [words.replies, rate(ended, replies.failed, replies.interrupted, cut)],
        ]}
      />
    </Section>
  );
}

/** What is not quite all is not rounded up to 100 %. */
function useRate() {
  const { language } = useText();
  const words = useTextOf(storageText);
  const format = useFormat();
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
  return (good: number, failed: number, others = 0, told: string[] = []) => {
    const all = good + failed + others;
    if (all === 0) return words.nothingYet;
    const part = percent.format(Math.floor((1000 * good) / all) / 1000);
    const bad = failed ? [words.failed(format.number(failed))] : [];
    return [words.rate(part, format.number(good), format.number(all)), ...told, ...bad].join(' · ');
  };
}
