import { Brain, Settings2 } from 'lucide-react';
import { Link } from 'react-router';
import type { LocritRow } from '../../core';
import { SaveIcon } from '../chat/SaveIcon';
import { Avatar } from '../kit/Avatar';
import { IconButton } from '../kit/Button';
import { useModels } from '../models/use-models';
import { paths } from '../paths';
import { useText } from '../text/text';
import { accentOf } from '../theme/accent';
import { isRefused } from './LocritPage';
import { useSpoken } from './use-spoken';

export function LocritCard({ locrit }: { locrit: LocritRow }) {
  const t = useText();
  const { description } = useSpoken()(locrit);
  const { labelOf } = useModels();
  const { name, message_count: messages, conversation_count: conversations } = locrit;
  const facts = [
    messages ? t.locrits.messages(messages) : t.locrits.noMessages,
    conversations > 0 && t.locrits.conversations(conversations),
    labelOf(locrit.model),
  ].filter(Boolean);
  const settings = paths.locrit(isRefused(locrit) ? locrit.id : name);
  const address = isRefused(locrit) ? settings : paths.chat(name); // where there is something to do
  return (
    <li
      {...accentOf(name)}
      className="group relative flex items-center gap-3 rounded-l border border-line bg-raised p-4 pr-2 shadow-low transition-colors duration-100 hover:border-accent-line has-[h2_a:focus-visible]:outline-2 has-[h2_a:focus-visible]:outline-accent has-[h2_a:focus-visible]:outline-offset-2 sm:gap-4 sm:p-5"
    >
      <Avatar locrit={locrit} size="l" />
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-2">
          <h2 className="truncate font-semibold">
            <Link to={address} className="outline-none after:absolute after:inset-0 after:rounded-l">
              {name}
            </Link>
          </h2>
          {locrit.state !== 'saved' && <SaveIcon state={locrit.state} className="late" />}
          {!locrit.active && (
            <span className="rounded-full bg-paper-3 px-2 text-ink-2 text-xs leading-5">{t.locrits.resting}</span>
          )}
        </div>
        {description && <p className="line-clamp-3 text-ink-2 text-sm">{description}</p>}
        <p className="mt-1 text-ink-3 sm:truncate text-xs tabular-nums">{facts.join(' · ')}</p>
      </div>
      <div className="relative z-10 flex flex-col sm:flex-row">
        <IconButton asChild label={t.locrits.memory(name)}>
          <Link to={paths.memory(name)}>
            <Brain />
          </Link>
        </IconButton>
        <IconButton asChild label={t.locrits.settings(name)}>
          <Link to={settings}>
            <Settings2 />
          </Link>
        </IconButton>
      </div>
    </li>
  );
}
