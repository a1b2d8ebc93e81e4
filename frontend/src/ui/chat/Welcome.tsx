import { Link } from 'react-router';
import type { Locrit } from '../../core';
import { useLive } from '../app-context';
import { Avatar } from '../kit/Avatar';
import { useSpoken } from '../locrits/use-spoken';
import { paths } from '../paths';
import { Time } from '../text/Time';
import { useText } from '../text/text';
import { previewOf } from './markdown/plain';
import { Newcomer } from './Newcomer';

interface Props {
  locrit: Locrit;
  /** One of the examples was chosen. */
  onChoose: (text: string) => void;
}

/** What stands where nothing was said yet: the Locrit's first words, and where one left off. */
export function Welcome({ locrit, onChoose }: Props) {
  const t = useText();
  const spoken = useSpoken();
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="column rise flex min-h-full flex-col justify-center py-8">
        <Avatar locrit={locrit} size="xl" />
        <h2 className="serif mt-6 max-w-[32ch] text-balance text-xl">
          {spoken(locrit).welcome_message || t.chat.welcome(locrit.name)}
        </h2>
        <Newcomer />
        <p className="mt-2 text-ink-3 text-sm">{t.chat.kept}</p>
        {locrit.active && locrit.message_count === 0 && <Examples onChoose={onChoose} />}
        <Recent locrit={locrit} />
      </div>
    </div>
  );
}

function Examples({ onChoose }: { onChoose: (text: string) => void }) {
  const t = useText();
  return (
    <ul className="mt-6 flex flex-wrap gap-2">
      {t.chat.examples.map((example) => (
        <li key={example}>
          <button
            type="button"
            onClick={() => onChoose(example)}
            className="min-h-10 rounded-full border border-line-strong px-4 py-1 text-left text-ink-2 text-sm hover:border-accent-line hover:bg-accent-soft hover:text-ink"
          >
            {example}
          </button>
        </li>
      ))}
    </ul>
  );
}

const RECENT = 3;

function Recent({ locrit }: { locrit: Locrit }) {
  const t = useText();
  const conversations = useLive(
    (client) => client.conversations({ locrit: locrit.name, own: true, limit: RECENT }),
    [locrit.name],
  );
  if (!conversations?.length) return null;
  return (
    <section className="mt-10 max-w-[560px]">
      <h3 className="mb-1 text-ink-3 text-xs">{t.chat.resume}</h3>
      <ul className="-mx-3">
        {conversations.map((conversation) => (
          <li key={conversation.conversation_id}>
            <Link
              to={paths.chat(locrit.name, conversation.conversation_id)}
              className="flex min-h-11 items-center gap-4 rounded-s px-3 py-1.5 hover:bg-paper-3"
            >
              <span className="min-w-0 flex-1">
                <span dir="auto" className="block truncate text-sm">
                  {conversation.title || t.conversations.untitled}
                </span>
                {conversation.preview && (
                  <span dir="auto" className="block truncate text-ink-3 text-xs">
                    {previewOf(conversation.preview)}
                  </span>
                )}
              </span>
              <Time moment={conversation.updated_at} as="brief" className="shrink-0 text-ink-3 text-xs tabular-nums" />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
